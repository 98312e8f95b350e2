"""口碑网, the simulation of chapter 7: what good and bad word of mouth bring and cost."""
from service_marketing.models import loyalty

from .spec import Axis, Line, Lines, Mark, Mode, Network, PredictValue, Readout, Simulation, Slider, Task, Text

SATISFIED = Slider(
    "satisfied", Text("满意客人的比例", "Share of satisfied guests"), 0.6, 1, step=0.01, start=0.9,
    help=Text("0.90：每10位客人里有9位满意", "0.90: nine guests in ten are satisfied"),
)
TOLD_BAD = Slider("told_bad", Text("不满意的客人告诉几个人", "People told by a dissatisfied guest"), 0, 25, step=1, start=25)
LOST_SHARE = Slider(
    "lost_share", Text("听到坏话后不来的比例", "Share put off by a bad word"), 0, 0.4, step=0.01, start=0.2,
    help=Text("教学假设：0.20就是每5个听到的人里有1个本来会来，听完不来了", "Teaching assumption. 0.20: of five who hear it, one who would have come stays away"),
)


def told_good(most: int, start: int) -> Slider:
    return Slider("told_good", Text("满意的客人告诉几个人", "People told by a satisfied guest"), 4, most, step=1, start=start)


def conversion(most: float, start: float) -> Slider:
    return Slider(
        "conversion", Text("听到好话后会来的比例", "Share won by a good word"), 0, most, step=0.005, start=start,
        help=Text("教学假设：0.10就是每10个听到的人里有1个真的来住", "Teaching assumption. 0.10: of ten who hear it, one really comes"),
    )


network = Mode(
    name="network",
    title=Text("一次传播", "One cascade"),
    intro=Text("上周悦来连锁的一家店来了8位客人。满意的跟朋友夸，朋友来住，住得满意再跟别人夸；不满意的见人就劝。四轮之后，这张网会长成什么样？", "Eight guests stayed at a Yuelai hotel last week. The satisfied praise it, friends come and praise it in turn; the dissatisfied warn everyone off. What does the net look like after four rounds?"),
    model=loyalty.cascade,
    fixed={"start": 8, "waves": 4},
    controls=(
        SATISFIED, told_good(8, 6), conversion(0.2, 0.15), TOLD_BAD, LOST_SHARE,
        Slider("week", Text("换一周再看", "Look at another week"), 1, 52, step=1, start=7, help=Text("条件不变，只换运气", "Same conditions, other luck")),
    ),
    prediction=PredictValue(
        "won",
        Text("满意的客人平均告诉{told_good}个人，听到的人里有{conversion}会来（1就是全部）。8位客人，传四轮，一共带来几位新客人？", "A satisfied guest tells {told_good} people on average, and a share of {conversion} of those who hear it come. Eight guests, four rounds: how many new guests in all?"),
        min=0, max=100, step=1, start=50,
    ),
    picture=Network(
        nodes="nodes", edges="edges",
        groups=((Text("满意的客人", "Satisfied guest"), "good"), (Text("不满意的客人", "Dissatisfied guest"), "bad"), (Text("听完不来的人", "Put off by a bad word"), "muted")),
    ),
    readouts=(
        Readout("won", Text("带来的新客人", "New guests won"), "count"),
        Readout("lost", Text("劝退的人", "People put off"), "count"),
        Readout("net", Text("带来减劝退", "Won less put off"), "count"),
        Readout("R", Text("每位客人平均带来几位", "New guests per guest (R)")),
        Readout("expected", Text("多看很多周，平均带来几位", "Mean of new guests over many weeks")),
    ),
)

balance = Mode(
    name="balance",
    title=Text("好话够不够抵坏话", "Does the good word make up for the bad?"),
    intro=Text("有句话流传很广：一个满意的客人带来8笔可能的生意，一个不满意的客人影响25个人。这两个数找不到出处。先照单全收，当作他们各自告诉几个人，再看100位客人、六轮传播之后，结果到底由什么决定。", "A much-repeated saying has it that a satisfied guest means 8 possible sales and a dissatisfied one influences 25 people. No source is known for either number. Take them at face value as the number of people told, and see what decides the outcome after 100 guests and six rounds."),
    model=loyalty.conversion_curves,
    fixed={"start": 100, "generations": 6},
    controls=(
        SATISFIED, told_good(10, 8), conversion(0.2, 0.08), TOLD_BAD, LOST_SHARE,
        Slider("amplification", Text("平台把声音放大几倍", "Amplification by a platform"), 1, 2, step=0.05, start=1.0, help=Text("好话坏话同样放大", "The same for good and bad")),
    ),
    prediction=PredictValue(
        "break_even",
        Text("满意的告诉{told_good}个人，不满意的告诉{told_bad}个人。听到好话的人至少要有百分之几真的来住，才抵得过坏话？", "The satisfied tell {told_good} people, the dissatisfied {told_bad}. What per cent of those who hear the good word must come to make up for the bad?"),
        min=0, max=20, step=0.5, start=10,
    ),
    picture=Lines(
        x=Axis(Text("听到好话后会来的比例（%）", "Share won by a good word (%)")), y=Axis(Text("人数", "People")),
        lines=(
            Line("net_curve", Text("带来减劝退", "Won less put off"), "accent"),
            Line("won_curve", Text("带来的新客人", "New guests won"), "good", dashed=True),
            Line("lost_curve", Text("劝退的人", "People put off"), "bad", dashed=True),
        ),
        marks=(Mark("now", Text("现在", "Now")), Mark("balanced", Text("打平", "Break-even")), Mark("growing", Text("一传一", "R = 1"))),
        guess="x",
    ),
    readouts=(
        Readout("break_even", Text("打平要的比例", "Break-even share"), "percent"),
        Readout("critical", Text("一传一要的比例", "Share at which R is 1"), "percent"),
        Readout("R", Text("每位客人平均带来几位", "New guests per guest (R)")),
        Readout("won", Text("带来的新客人", "New guests won"), "count"),
        Readout("lost", Text("劝退的人", "People put off"), "count"),
        Readout("net", Text("带来减劝退", "Won less put off"), "count"),
    ),
)

word_of_mouth = Simulation(
    name="word-of-mouth",
    chapter=7,
    title=Text("口碑网", "The word-of-mouth net"),
    modes=(network, balance),
    tasks=(
        Task(
            "balance",
            Text("8和25都不动，把“听到坏话后不来的比例”从0.20往上调，一直调到带来的人和劝退的人一样多。再把它调到0.02。", "Leave 8 and 25 alone. Raise the share put off from 0.20 until as many are put off as are won. Then set it to 0.02."),
            Text("同样是8和25，比例是0.36时正好打平，再高就亏，低到0.02坏话几乎不碍事。口号没给坏话这一边：听完的人有几成不来了，而结果恰恰由它决定。", "With the same 8 and 25 the two sides balance at 0.36, lose above it, and at 0.02 the bad word hardly matters. The slogan leaves out the bad side: how many of those who hear stay away, and that is what decides."),
            set={"satisfied": 0.9, "told_good": 8, "told_bad": 25, "conversion": 0.125, "lost_share": 0.2, "amplification": 1},
        ),
        Task(
            "balance",
            Text("把“听到好话后会来的比例”从0.13调到0.15。只差两个百分点，带来的新客人差多少？再把平台放大调到2倍。", "Move the share won by a good word from 0.13 to 0.15, two points. How many more guests come? Then set the amplification to 2."),
            Text("R从0.94升到1.08，越过了1：往下传的人从一轮比一轮少变成一轮比一轮多，六轮下来多出六成多。放大到2倍后，打平的比例没变，输赢不由平台定，可带来的人又翻了二十多倍。", "R goes from 0.94 to 1.08, across 1: rounds that shrank now grow, and six of them bring over 60% more guests. Doubling the amplification leaves the break-even where it was, so the platform does not decide which side wins, but the guests won multiply more than twentyfold."),
            set={"satisfied": 0.9, "told_good": 8, "told_bad": 25, "conversion": 0.13, "lost_share": 0.2, "amplification": 1},
        ),
        Task(
            "network",
            Text("什么都不改，只换几周看看，记下每周带来的新客人。第2周、第16周和第39周别漏掉。", "Change nothing but the week, several times, and note the new guests won. Do not miss weeks 2, 16 and 39."),
            Text("条件一模一样，有的周一两位就断了，有的周能带来二三十位。看到一次火爆或一次冷清，先别急着归功或问责：少数几个人的运气就能造成这样的差别。", "Conditions are identical, yet some weeks fizzle out after one or two and others bring twenty or thirty. One hit or one flop is no proof of anything: the luck of a few people makes that difference."),
            set={"satisfied": 0.9, "told_good": 6, "conversion": 0.1, "told_bad": 25, "lost_share": 0.2, "week": 1},
        ),
    ),
)
