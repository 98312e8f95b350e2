"""期望-结果实验室, the simulation of chapter 3: satisfaction as the gap between expectation and result."""
from service_marketing.models import satisfaction

from .spec import Axis, Curve, Distribution, Mode, PredictCurve, PredictValue, Readout, Simulation, Slider, Task, Text

SCORE = dict(min=1, max=9)

LOSS_AVERSION = Slider(
    "loss_aversion", Text("失望的分量", "Weight of a disappointment"), 1, 4, step=0.1, start=2.0,
    help=Text("结果每低于期望1分，扣掉的满意度是惊喜加分的几倍", "How many times a shortfall of one point outweighs a surprise of one point"),
)
TOLERANCE = Slider(
    "tolerance", Text("同化范围", "Range of assimilation"), 0, 3, step=0.1, start=0.0,
    help=Text("差距小于这个分数时，顾客会把结果往期望上靠", "Gaps smaller than this are pulled towards the expectation"),
)
ASSIMILATION = Slider(
    "assimilation", Text("范围内还剩几成差距", "Share of a small gap still felt"), 0, 1, step=0.05, start=0.5,
    help=Text("0：小差距完全不放在心上；1：分毫必较。同化范围是0时不起作用", "0: small gaps go unnoticed; 1: every point counts. Without effect while the range is 0"),
)

one = Mode(
    name="one",
    title=Text("一位顾客", "One customer"),
    intro=Text("张女士订了悦来连锁的一间房。她心里有个期望，住完之后有个结果。满意度会落在哪里？", "Ms Zhang has booked a room at Yuelai. She arrives with an expectation and leaves with a result. Where does her satisfaction end up?"),
    model=satisfaction.one_customer,
    controls=(
        Slider("expectation", Text("她的期望", "Her expectation"), step=0.1, start=6.0, **SCORE),
        Slider("performance", Text("实际结果", "The result"), step=0.1, start=5.0, **SCORE),
        LOSS_AVERSION, TOLERANCE, ASSIMILATION,
    ),
    prediction=PredictCurve(
        Text("她的期望是{expectation}分。结果从1分到9分，她的满意度会怎样变化？拖动五个圆点，画出你心里的曲线。", "She expects {expectation} points. As the result runs from 1 to 9, how does her satisfaction change? Move the five dots to draw the curve you have in mind."),
        at=(1, 3, 5, 7, 9), start=5,
    ),
    picture=Curve(
        x=Axis(Text("实际结果（分）", "Result (points)"), **SCORE),
        y=Axis(Text("满意度（分）", "Satisfaction (points)"), **SCORE),
        curve="curve", point=("performance", "satisfaction"),
        reference="expectation", reference_label=Text("期望", "Expectation"),
        sides=(Text("不如期望", "Worse than expected"), Text("好过期望", "Better than expected")),
    ),
    readouts=(
        Readout("gap", Text("结果与期望之差", "Result minus expectation")),
        Readout("satisfaction", Text("满意度", "Satisfaction")),
        Readout("complaint", Text("会投诉的概率", "Probability of a complaint"), "percent"),
        Readout("repurchase", Text("再来的概率", "Probability of coming again"), "percent"),
    ),
)

many = Mode(
    name="population",
    title=Text("500位顾客", "500 customers"),
    intro=Text("同一家店，500位客人。期望有高有低，得到的服务也有好有坏：平均期望{expectation}分，平均结果{performance}分。", "One hotel, 500 guests. Expectations differ and so does the service: on average they expect {expectation} points and get {performance}."),
    model=satisfaction.population,
    rows=satisfaction.customers,
    columns=(
        ("expectation", Text("期望", "expectation")), ("performance", Text("结果", "result")),
        ("satisfaction", Text("满意度", "satisfaction")), ("outcome", Text("类别", "outcome")),
        ("complaint", Text("投诉概率", "complaint probability")), ("repurchase", Text("再来概率", "repurchase probability")),
    ),
    fixed={"n": 500, "seed": 1},
    controls=(
        Slider("expectation", Text("平均期望", "Mean expectation"), step=0.1, start=6.0, **SCORE),
        Slider("performance", Text("平均结果", "Mean result"), step=0.1, start=6.0, **SCORE),
        Slider(
            "spread", Text("人与人的差异", "Spread between guests"), 0, 3, step=0.1, start=1.0,
            help=Text("期望和结果各自的标准差，单位是分", "Standard deviation of expectations and of results, in points"),
        ),
        LOSS_AVERSION, TOLERANCE, ASSIMILATION,
    ),
    prediction=PredictValue(
        "dissatisfied",
        Text("客人的期望平均{expectation}分，得到的结果平均{performance}分。500位客人里，会有百分之几不满意？", "Guests expect {expectation} points on average and get {performance}. What per cent of the 500 will be dissatisfied?"),
        min=0, max=100, step=1, start=50,
    ),
    picture=Distribution(
        x=Axis(Text("满意度（分）", "Satisfaction (points)"), **SCORE),
        y_label=Text("顾客人数", "Customers"),
        bins="bins",
        groups=(("dissatisfied", Text("不满意", "Dissatisfied")), ("satisfied", Text("满意", "Satisfied")), ("delighted", Text("非常满意", "Delighted"))),
        mean="mean",
    ),
    readouts=(
        Readout("mean", Text("平均满意度", "Mean satisfaction")),
        Readout("dissatisfied", Text("不满意", "Dissatisfied"), "percent"),
        Readout("delighted", Text("非常满意", "Delighted"), "percent"),
        Readout("complaints", Text("投诉", "Complaints"), "percent"),
        Readout("repurchase", Text("再来", "Would return"), "percent"),
    ),
)

expectation_lab = Simulation(
    name="expectation-lab",
    chapter=3,
    title=Text("期望-结果实验室", "The expectation–result lab"),
    modes=(one, many),
    tasks=(
        Task(
            "one",
            Text("把实际结果先调到比期望低2分，记下满意度；再调到比期望高2分。两次离5分各有多远？", "Set the result 2 points below the expectation and note the satisfaction; then 2 points above. How far is each from 5?"),
            Text("一次失望扣掉的分，要两次同样大小的惊喜才补得回来。服务业先要少出错，再谈惊喜。", "One disappointment costs what two surprises of the same size earn. Avoid failures first; delight comes second."),
            set={"expectation": 5, "performance": 3, "loss_aversion": 2},
        ),
        Task(
            "population",
            Text("不动平均期望和平均结果，把人与人的差异从0调到2。平均满意度往哪边走？", "Leave both means alone and move the spread from 0 to 2. Which way does mean satisfaction go?"),
            Text("平均结果没变，满意度却一路下滑：低于期望的客人扣得多，高于期望的客人加得少。这里期望和结果一起变得参差：服务要稳，承诺也要让各人心里的数差不多。", "The mean result is unchanged, yet satisfaction slides: guests below their expectation lose more than those above it gain. Expectations and results spread together here: be consistent in service, and clear in promises."),
            set={"expectation": 6, "performance": 6, "spread": 0, "loss_aversion": 2},
        ),
        Task(
            "population",
            Text("平均结果留在6分，把平均期望从8分降到4分。不满意的人少了，再来的人多了吗？", "Keep the mean result at 6 and lower the mean expectation from 8 to 4. Fewer are dissatisfied; do more come again?"),
            Text("在这个模型里，降低期望能换来满意。但它没有算上一件事：期望太低的人当初根本不会来订房。第2章会把这笔账补上。", "In this model lower expectations buy satisfaction. It leaves one thing out: guests who expect too little never book. Chapter 2 adds that cost."),
            set={"expectation": 8, "performance": 6, "spread": 1, "loss_aversion": 2},
        ),
    ),
)
