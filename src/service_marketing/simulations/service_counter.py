"""服务柜台, the simulation of chapter 5: training, learning, and the three channels of a sentence."""
from service_marketing.models import skills

from .spec import Axis, Line, Lines, Mark, Mode, PredictValue, Queue, Readout, Simulation, Slider, Task, Text

HOURS = dict(min=0, max=40, step=1, start=8)
ATTITUDE = dict(min=-1, max=1)

day = Mode(
    name="day", title=Text("柜台的一个下午", "An afternoon at the counter"),
    intro=Text("悦来连锁的前台，下午两点到六点是入住高峰，每小时来{arrivals}位客人。支配型的客人等不起，分析型的客人最怕出错，表达型与和蔼型的客人希望有人懂他。店长有一笔培训课时，要分给三样：手上利索（技能）、心里有数（知识）、会看人（专业）。四型各有所好，以及课时怎样换成本事，都是教学假设。", "Check-in at a Yuelai hotel peaks from two to six; {arrivals} guests an hour come to the desk. Driving guests cannot wait, analytical ones dread errors, expressive and amiable ones want to be understood. The manager has training hours to divide: quick hands (technique), knowing the answers (knowledge), reading people (professionalism). What each style prefers and what an hour of training yields are teaching assumptions."),
    model=skills.counter_day, fixed={"minutes": 240, "seed": 1},
    controls=(
        Slider("technique", Text("技能课时", "Technique, hours"), help=Text("练得越多，办理越快", "More training, faster service"), **HOURS),
        Slider("knowledge", Text("知识课时", "Knowledge, hours"), help=Text("懂得越多，出错越少；改一次错要多花4分钟", "More knowledge, fewer errors; putting one right takes 4 minutes"), **HOURS),
        Slider("professionalism", Text("专业课时", "Professionalism, hours"), help=Text("越会看人，越能用客人习惯的方式说话", "The better you read people, the more often you speak their way"), **HOURS),
        Slider("arrivals", Text("每小时到店客人", "Guests an hour"), 5, 30, step=1, start=15),
        Slider("servers", Text("柜台数", "Desks"), 1, 4, step=1, start=2),
    ),
    prediction=PredictValue(
        "deals", Text("四小时，每小时约{arrivals}位客人，三样各培训{technique}、{knowledge}、{professionalism}小时。能卖出多少次房型升级？", "Four hours, about {arrivals} guests an hour, training of {technique}, {knowledge} and {professionalism} hours. How many room upgrades will be sold?"),
        min=0, max=60, step=1, start=30,
    ),
    picture=Queue(
        people="people",
        groups=((Text("支配型", "Driving"), "a"), (Text("表达型", "Expressive"), "b"), (Text("和蔼型", "Amiable"), "c"), (Text("分析型", "Analytical"), "d")),
        servers="servers", length="minutes",
    ),
    readouts=(
        Readout("deals", Text("卖出的升级", "Upgrades sold"), "count"),
        Readout("satisfaction", Text("平均满意度（1–9分）", "Mean satisfaction (1–9)")),
        Readout("wait", Text("平均等待", "Mean wait"), "minutes"),
        Readout("service", Text("平均办理时间", "Mean service time"), "minutes"),
        Readout("lost", Text("等不及走掉的", "Gave up waiting"), "count"),
        Readout("errors", Text("出错率", "Errors"), "percent"),
        Readout("match", Text("说到客人心里的比例", "Style matched"), "percent"),
        Readout("hours", Text("用掉的课时", "Hours used"), "count"),
        Readout("quality", Text("本事总分（满分100）", "Skill (out of 100)")),
        Readout("best_quality", Text("同样课时最高能到", "Best for these hours")),
    ),
)

learning = Mode(
    name="learning", title=Text("照本宣科还是随机应变", "By the script or by ear"),
    intro=Text("同一天来了两位新人。小周照着话术念，几乎不出错，可遇到话术没写的客人就没了办法；小吴看人说话，头几天错得多，错误随经验减少。两人的本事都按学习曲线长。曲线的形状有据可查，具体数字是教学假设。", "Two newcomers start on the same day. Zhou reads from the script, hardly ever errs, and is lost with guests the script does not know. Wu adapts to each guest, errs a lot at first, and less with experience. Both follow the learning curve: its shape is well documented, the numbers are teaching assumptions."),
    model=skills.script_or_adapt, fixed={"horizon": 200},
    controls=(
        Slider("talent", Text("小吴的天分", "Wu's talent"), 0.1, 0.7, step=0.05, start=0.5, help=Text("接待第一位客人时就能做对的比例", "Share that is right with the very first guest")),
        Slider("diversity", Text("话术顾不到的客人", "Guests the script does not suit"), 0, 1, step=0.05, start=0.4, help=Text("需求和话术设想不一样的客人占多少", "Share of guests whose needs the script did not foresee")),
        Slider("rate", Text("学习率", "Learning rate"), 0.6, 0.95, step=0.05, start=0.8, help=Text("经验每翻一番，错误剩下原来的几成；越小学得越快", "What is left of the errors each time experience doubles; smaller is faster")),
    ),
    prediction=PredictValue(
        "crossing", Text("小吴接待到第几位客人，会开始比小周做得好？（猜200就是说200位之内追不上）", "From which guest on will Wu do better than Zhou? (200 means: not within 200)"),
        min=1, max=200, step=1, start=100,
    ),
    picture=Lines(
        x=Axis(Text("接待过的客人（位）", "Guests served"), 0, 200), y=Axis(Text("服务质量（分）", "Service quality (points)"), 0, 100),
        lines=(Line("scripted", Text("小周：照话术", "Zhou: by the script"), "neutral"), Line("adaptive", Text("小吴：看人说话", "Wu: by ear"), "accent")),
        marks=(Mark("crossing", Text("追上", "Overtakes")),), guess="x",
    ),
    readouts=(
        Readout("crossing", Text("第几位起追上（200=没追上）", "Overtakes at guest (200 = not)"), "count"),
        Readout("first_scripted", Text("第1位客人，小周", "First guest, Zhou")), Readout("first_adaptive", Text("第1位客人，小吴", "First guest, Wu")),
        Readout("last_scripted", Text("第200位客人，小周", "200th guest, Zhou")), Readout("last_adaptive", Text("第200位客人，小吴", "200th guest, Wu")),
    ),
)

signal = Mode(
    name="signal", title=Text("话、语调和表情", "Words, tone and face"),
    intro=Text("前台对李先生说“很乐意为您服务”。从−1（反感）到1（喜欢）打分：字面{words}，语调{tone}，表情{face}。李先生觉得对方喜不喜欢他？7-38-55出自两个1967年的小实验，只问三个渠道打架时听出来的好恶；图上另外两条线换了权重。", "The desk tells Mr Li “with great pleasure”. From −1 (dislike) to 1 (liking), the words score {words}, the tone {tone}, the face {face}. Does Mr Li feel liked? 7-38-55 comes from two small experiments of 1967 about liking heard when channels clash; the other two lines use other weights."),
    model=skills.channels,
    controls=(
        Slider("words", Text("字面意思", "Words"), step=0.1, start=0.8, **ATTITUDE),
        Slider("tone", Text("语调", "Tone"), step=0.1, start=-0.6, **ATTITUDE),
        Slider("face", Text("表情", "Face"), step=0.1, start=0.2, **ATTITUDE),
    ),
    prediction=PredictValue("mehrabian", Text("按7-38-55合起来，李先生听出的态度是多少？", "Put together as 7-38-55, what attitude does Mr Li hear?"), step=0.05, start=0, **ATTITUDE),
    picture=Lines(
        x=Axis(Text("语调", "Tone"), **ATTITUDE), y=Axis(Text("听出来的态度", "Attitude heard"), **ATTITUDE),
        lines=(Line("by_mehrabian", Text("7-38-55", "7-38-55")), Line("by_equal", Text("三样等重", "Equal weights"), "neutral"), Line("by_words", Text("只听字面", "Words only"), "muted", dashed=True)),
        marks=(Mark("tone", Text("现在的语调", "Tone now")),), guess="y",
    ),
    readouts=(
        Readout("mehrabian", Text("按7-38-55", "By 7-38-55")), Readout("equal", Text("三样等重", "Equal weights")), Readout("verbal", Text("只听字面", "Words only")),
        Readout("spread", Text("三种算法最多差多少", "Largest difference")), Readout("conflict", Text("三个渠道最多差多少", "Clash of channels")),
    ),
)

service_counter = Simulation(
    name="service-counter", chapter=5, title=Text("服务柜台", "The service counter"), modes=(day, learning, signal),
    tasks=(
        Task(
            "day", Text("三样一起加：0、8、16、24、32小时。每加一轮，满意度和本事总分各涨多少？", "Raise all three together: 0, 8, 16, 24, 32 hours. What does each round add to satisfaction and to skill?"),
            Text("头8小时最值钱，往后一轮比一轮少：到第四轮，涨的还不到第一轮的三成。培训有用，但边际收益递减，所以才要算该停在哪里。", "The first 8 hours are worth most and every round adds less: the fourth brings under 30% of what the first did. Training works, with diminishing returns; that is why it matters where to stop."), set={"technique": 0, "knowledge": 0, "professionalism": 0},
        ),
        Task(
            "day", Text("24小时全给技能，记下等待、升级数和满意度；再改成三样各8小时。哪个更好？", "Put all 24 hours into technique and note wait, upgrades and satisfaction; then give 8 to each. Which is better?"),
            Text("全练手速，队伍最短，可满意度和升级数都更低：错误照出，也没说到客人心里。把课时分到下一小时收益相等为止，本事总分最高。“同样课时最高能到”就是这样算出来的；它不等于满意度最高，三样对客人的分量并不一样。", "Quick hands alone make the shortest line, yet satisfaction and upgrades are lower: errors remain and nobody feels understood. Divide the hours until the next one yields the same everywhere; “best for these hours” is computed that way. It is the best total, not the best satisfaction: the three do not weigh the same with guests."), set={"technique": 24, "knowledge": 0, "professionalism": 0},
        ),
        Task(
            "learning", Text("把天分从0.3调到0.7。小吴第一天能赢小周吗？追上的时间变了多少？", "Move the talent from 0.3 to 0.7. Does Wu beat Zhou on the first guest? How does the overtaking move?"),
            Text("有天分的新人开头也比不过一份好话术，天分只是让追上来得早。先给新人话术，熟了再放手，两头都不吃亏。", "Even a gifted beginner loses to a good script at first; talent only brings the overtaking forward. Give newcomers the script, and let go once they are seasoned."), set={"talent": 0.3, "diversity": 0.4, "rate": 0.8},
        ),
        Task(
            "learning", Text("天分放回0.5，把话术顾不到的客人从10%调到80%。", "Put talent back to 0.5 and move the guests whom the script does not suit from 10% to 80%."),
            Text("客人大同小异时，200位之内话术一直领先；客人五花八门时，两三位就被追上。该不该照话术，取决于客人有多不一样。", "With guests much alike the script leads all the way to guest 200; with guests of every kind it is overtaken after two or three. Whether to script depends on how different your guests are."), set={"talent": 0.5, "diversity": 0.1, "rate": 0.8},
        ),
        Task(
            "signal", Text("先把三样都调到0.6，看三种算法差多少；再让字面0.8、语调和表情都是−0.8。", "Set all three to 0.6 and see how far the three sums differ; then words at 0.8, tone and face at −0.8."),
            Text("三个渠道一致时，怎么加权都是同一个结果；打架时权重才要紧。所以7-38-55说不出“语言只占7%”，它只提醒你：别让语调拆字面的台。", "When the channels agree every weighting gives the same answer; weights matter only when they clash. 7-38-55 does not say that words count for 7%; it warns you not to let the tone undo them."), set={"words": 0.6, "tone": 0.6, "face": 0.6},
        ),
    ),
)
