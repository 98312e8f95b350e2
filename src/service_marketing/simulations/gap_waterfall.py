"""差距瀑布, the simulation of chapter 4: from the firm's four gaps to the customer's, and how far a gap score can be trusted."""
from service_marketing.models import quality

from .spec import Axis, Line, Lines, Mark, Mode, PredictValue, Readout, Scatter, Simulation, Slider, Step, Task, Text, Waterfall

GAP = dict(min=-1, max=3, step=0.1)
RELIABILITY = dict(min=0.5, max=0.95, step=0.05)

waterfall = Mode(
    name="waterfall",
    title=Text("四个差距", "Four gaps"),
    intro=Text("李先生说，悦来这家店“没有我想的好”。差的那几分，是一路上攒出来的：经理没弄懂客人要什么，弄懂的没写进标准，写了的没做到，没做到的广告里还说了。拿{budget}万元去补，先补哪个？", "Mr Li says this Yuelai hotel “wasn't what I expected”. The points were lost along the way: managers misread what guests want, what they knew never became a standard, the standard was not kept, and the advert promised it all the same. With {budget*10000} yuan to spend, what should be mended first?"),
    model=quality.gap_waterfall,
    controls=(
        Slider("knowledge", Text("差距1：没弄懂", "Gap 1: knowledge"), start=0.8, help=Text("客人想要的，减去经理以为客人想要的", "What guests want, less what managers think they want"), **GAP),
        Slider("standards", Text("差距2：没写清", "Gap 2: standards"), start=0.6, help=Text("经理知道的，减去服务标准写下的", "What managers know, less what the standards ask"), **GAP),
        Slider("delivery", Text("差距3：没做到", "Gap 3: delivery"), start=1.2, help=Text("标准写下的，减去实际做到的", "What the standards ask, less what is delivered"), **GAP),
        Slider("communication", Text("差距4：说过头", "Gap 4: communication"), start=1.0, help=Text("对外说的，减去实际做到的；负数是说得保守", "What is promised, less what is delivered; negative: a modest promise"), **GAP),
        Slider("budget", Text("预算（万元）", "Budget (10,000 yuan)"), 0, 120, step=5, start=20, help=Text("教学假设：补1分，四个差距依次要10、15、40、5万元", "Teaching assumption: closing a point costs 10, 15, 40 and 5 for the four gaps in turn")),
    ),
    prediction=PredictValue("remaining",
        Text("四个差距是{knowledge}、{standards}、{delivery}、{communication}分，补1分依次要10、15、40、5万元。按最省钱的办法花{budget}万元，客人感到的差距还剩几分？", "The gaps are {knowledge}, {standards}, {delivery} and {communication} points; closing a point costs 100,000, 150,000, 400,000 and 50,000 yuan in turn. Spend {budget*10000} yuan where it goes furthest: what is left of the gap that guests feel?"),
        min=-2, max=8, step=0.1, start=3),
    picture=Waterfall(
        axis=Axis(Text("比期望少几分", "Points short of the expectation")), good_up=False,
        steps=(
            Step("gap1", Text("没弄懂", "Knowledge")), Step("gap2", Text("没写清", "Standards")),
            Step("gap3", Text("没做到", "Delivery")), Step("gap4", Text("说过头", "Communication")),
            Step("gap5", Text("差距5", "Gap 5"), total=True), Step("fixed", Text("花钱补上", "Mended")), Step("remaining", Text("还剩", "Left"), total=True),
        ),
    ),
    readouts=(
        Readout("gap5", Text("客人感到的差距（差距5）", "Gap that guests feel (gap 5)")),
        Readout("remaining", Text("补过之后还剩", "Left after mending")),
        Readout("first", Text("先补第几个差距（0是不用补）", "Gap to mend first (0: none)"), "count"),
        Readout("spent", Text("花掉的钱", "Money spent"), "money"),
    ),
)

reliability = Mode(
    name="reliability",
    title=Text("差值可信吗", "Reliability"),
    intro=Text("悦来的问卷把每道题问两遍：来之前期望几分，住下来几分，再相减。两遍的信度是{expectation_reliability}和{perception_reliability}，都不差。问题是，期望高的人打分也往往偏高。", "Yuelai asks every question twice, what guests expected and what they got, and subtracts. The two reliabilities, {expectation_reliability} and {perception_reliability}, are decent. But those who expect much also tend to rate high."),
    model=quality.gap_reliability,
    controls=(
        Slider("perception_reliability", Text("感知分的信度", "Reliability of perceptions"), start=0.8, **RELIABILITY),
        Slider("expectation_reliability", Text("期望分的信度", "Reliability of expectations"), start=0.8, **RELIABILITY),
        Slider("correlation", Text("期望与感知的相关", "Correlation of the two"), 0, 0.9, step=0.05, start=0.6, help=Text("超过两种分数可能达到的上限时，按上限算", "Above the highest that such scores can show, that is taken instead")),
        Slider("spread_ratio", Text("期望分的离散程度", "Spread of expectations"), 0.5, 2, step=0.1, start=1.0, help=Text("期望分的标准差是感知分的几倍", "Standard deviation of expectations as a multiple of that of perceptions")),
    ),
    prediction=PredictValue("difference",
        Text("两种分数的信度是{perception_reliability}和{expectation_reliability}，相关是{correlation}。相减得到的差距分数，信度是多少？", "The reliabilities are {perception_reliability} and {expectation_reliability}, the correlation is {correlation}. How reliable is the difference?"),
        min=0, max=1, step=0.01, start=0.8),
    picture=Lines(
        x=Axis(Text("期望与感知的相关", "Correlation of expectation and perception"), 0, 1), y=Axis(Text("信度", "Reliability"), 0, 1),
        lines=(
            Line("curve", Text("差距分数", "Gap score")), Line("alone", Text("只用感知分", "Perception alone"), "b", dashed=True), Line("bar", Text("常用门槛0.7", "Customary bar 0.7"), "muted", dashed=True),
        ),
        marks=(Mark("used", Text("现在", "Now")),), guess="y",
    ),
    readouts=(
        Readout("difference", Text("差距分数的信度", "Reliability of the gap score")),
        Readout("parts", Text("两种分数信度的平均", "Mean of the two reliabilities")),
        Readout("lost", Text("相减丢掉的信度", "Lost by subtracting")),
        Readout("highest", Text("相关的上限", "Highest possible correlation")),
    ),
)

QUADRANTS = (Text("继续保持", "Keep up the good work"), Text("可能过头", "Possible overkill"), Text("不急", "Low priority"), Text("重点改进", "Concentrate here"))
NAMES = {"room": "客房", "bed": "床", "reception": "前台", "breakfast": "早餐", "wifi": "网络", "lobby": "大堂", "gym": "健身房", "minibar": "小冰箱"}

ipa = Mode(
    name="map",
    title=Text("十字画在哪里", "The cross"),
    intro=Text("客人给八样东西各打了两个分：多重要，做得多好。图上画一个十字，右下角就是该先改进的。可是十字画在哪里？", "Guests rated eight things twice: how much they matter and how well they are done. Draw a cross, and the bottom right corner says what to improve first. But where does the cross go?"),
    model=quality.ipa_map,
    controls=(
        Slider("importance_threshold", Text("重要的界线（分）", "Important from (points)"), 2, 9, step=0.1, start=5.0),
        Slider("performance_threshold", Text("做得好的界线（分）", "Well done from (points)"), 2, 9, step=0.1, start=5.0),
    ),
    prediction=PredictValue("concentrate",
        Text("界线画在重要{importance_threshold}分、做得好{performance_threshold}分，量表是1到9分。八样东西里，有几样要“重点改进”？", "The lines stand at importance {importance_threshold} and performance {performance_threshold} on a scale from 1 to 9. How many of the eight come out as “concentrate here”?"),
        min=0, max=8, step=1, start=2),
    picture=Scatter(
        x=Axis(Text("重要程度（分）", "Importance (points)"), 1, 9), y=Axis(Text("做得多好（分）", "Performance (points)"), 1, 9),
        points="points", dividers=("across", "up"), names=tuple(Text(NAMES[name], name) for name, _, _ in quality.ATTRIBUTES),
        groups=tuple(zip(QUADRANTS, ("good", "neutral", "muted", "bad"), strict=True)), quadrants=QUADRANTS,
    ),
    readouts=(
        Readout("concentrate", Text("重点改进", "Concentrate here"), "count"),
        Readout("keep", Text("继续保持", "Keep up the good work"), "count"),
        Readout("mean_importance", Text("重要程度的平均", "Mean importance")),
        Readout("mean_performance", Text("做得多好的平均", "Mean performance")),
        Readout("overkill", Text("可能过头", "Possible overkill"), "count"),
    ),
)

gap_waterfall = Simulation(
    name="gap-waterfall", chapter=4, title=Text("差距瀑布", "The gap waterfall"),
    modes=(waterfall, reliability, ipa),
    tasks=(
        Task("waterfall",
            Text("甲店做得好、爱吹牛：前三个差距都是0.2，差距4是2.5。乙店做得一般、说实话：0.8、0.6、1.2和0。预算设成0，哪家客人更失望？", "Hotel A works well and boasts: the first three gaps 0.2 each, gap 4 at 2.5. Hotel B is middling and honest: 0.8, 0.6, 1.2 and 0. With no budget, whose guests are more disappointed?"),
            Text("甲店3.1分，乙店2.6分。前面三关省下的分，被一句大话全吐了出去。好在大话最便宜补：少说一句就行。", "A is 3.1 points short, B 2.6. Whatever the first three saved, the boast gave away. At least a boast is cheap to mend: say less."),
            set={"knowledge": 0.2, "standards": 0.2, "delivery": 0.2, "communication": 2.5, "budget": 0}),
        Task("waterfall",
            Text("差距3最大，有2分。把预算从0加到120万元，看钱先花在哪里，什么时候才轮到它。", "Gap 3 is the largest, 2 points. Raise the budget from 0 to 120 and see where the money goes first, and when gap 3 gets its turn."),
            Text("先补的不是最大的，是每一万元补得最多的：大话、误解、标准，合起来22万元就补完了，之后才轮到没做到，它一样要80万元。", "First comes not the largest gap but the one where money goes furthest: boasts, misreadings and standards are mended for 220,000 yuan together; only then comes delivery, which takes 800,000 alone."),
            set={"knowledge": 0.8, "standards": 0.6, "delivery": 2, "communication": 1, "budget": 0}),
        Task("reliability",
            Text("两种分数的信度都是0.8。把相关从0调到0.8，看差距分数的信度往哪边走。在0.6那里停一下。", "Both reliabilities are 0.8. Move the correlation from 0 to 0.8 and watch the reliability of the gap score. Stop at 0.6."),
            Text("相关是0.6时只剩0.5，到0.8就成了0：相减减掉的是两者共有的真东西，剩下的越来越多是误差。测量时更稳妥的是只用感知分，再单独问期望。", "At 0.6 only 0.5 is left, at 0.8 nothing: subtracting removes the truth that both share and leaves more and more error. Perception alone is the safer measure; ask for expectations on their own."),
            set={"perception_reliability": 0.8, "expectation_reliability": 0.8, "correlation": 0, "spread_ratio": 1}),
        Task("map",
            Text("十字先画在量表正中的5分和5分，再搬到平均数：重要6.0，做得好6.5。要重点改进的有几样？", "Put the cross in the middle of the scale, 5 and 5, then at the means: importance 6.0, performance 6.5. How many come out as “concentrate here”?"),
            Text("正中一样也没有，平均处有三样：床、早餐、网络。客人没变，数据没变，变的是尺子。报告这种图，要写明十字画在哪里、为什么。", "None in the middle, three at the means: bed, breakfast, wifi. Neither guests nor data changed, only the ruler. Whoever shows such a map should say where the cross is and why."),
            set={"importance_threshold": 5, "performance_threshold": 5}),
    ),
)
