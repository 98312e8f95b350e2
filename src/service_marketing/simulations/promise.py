"""承诺旋钮（海景房）, the simulation of chapter 2: how much to promise when guests learn and talk."""
from service_marketing.models import expectations

from .spec import Axis, Line, Lines, Mark, Mode, PredictCurve, PredictValue, Readout, Simulation, Slider, Task, Text

POINTS = dict(min=1, max=9)
CONTROLS = (
    Slider(
        "promise", Text("广告的承诺", "What the advert promises"), 3, 9, step=0.1, start=8.0,
        help=Text("看广告的人会以为这家店值几分", "How many points a reader of the advert takes the hotel to be worth"),
    ),
    Slider("performance", Text("实际的服务", "What guests get"), 3, 9, step=0.1, start=6.0),
    Slider(
        "review_weight", Text("评价的分量", "Weight of reviews"), 0, 0.8, step=0.1, start=0.4,
        help=Text("新客人信广告还是信网上评价：0是只信广告，1是只信评价。评价也影响多少人来订", "Whom new guests believe: 0 the advert alone, 1 the reviews alone. Reviews also move how many book"),
    ),
    Slider(
        "repeat_share", Text("再来的份额", "Share who return"), 0, 0.8, step=0.1, start=0.3,
        help=Text("结果和期望正好一样时，有几成客人下个月再来", "Share of guests who come again next month when the result just meets the expectation"),
    ),
)

path = Mode(
    name="path",
    title=Text("开业24个月", "24 months"),
    intro=Text("悦来连锁在海边新开一家店，广告打出“海景房”，其实从窗口要探出身子才看得见海。广告让人期望{promise}分，住下来是{performance}分。开业那天还没有评价，大家只好信广告。", "Yuelai opens a branch near the shore and advertises “sea view rooms”; the sea is there if you lean out of the window. The advert makes people expect {promise} points, the stay is worth {performance}. On opening day there are no reviews, so everybody believes the advert."),
    model=expectations.promise_path,
    rows=expectations.promise_months,
    columns=(
        ("month", Text("月", "month")), ("new", Text("新客人", "new guests")), ("returning", Text("回头客", "returning guests")),
        ("expectation", Text("新客人的期望", "expectation of new guests")), ("reviews", Text("评价", "reviews")), ("profit", Text("利润（元）", "profit (yuan)")),
    ),
    controls=CONTROLS,
    prediction=PredictCurve(
        Text("广告一直说{promise}分，客人住下来一直是{performance}分。24个月里，新客人来之前的期望会怎么走？拖动五个圆点画出来。", "The advert keeps saying {promise}, the stay keeps being worth {performance}. How will the expectation of new guests run over 24 months? Move the five dots to draw it."),
        at=(1, 6, 12, 18, 24), start=5,
    ),
    picture=Lines(
        x=Axis(Text("开业后的月份", "Months since the opening"), 1, 24),
        y=Axis(Text("分", "Points"), **POINTS),
        lines=(
            Line("expectation", Text("新客人的期望", "Expectation")),
            Line("result", Text("实际的服务", "What guests get"), "neutral"),
            Line("satisfaction", Text("满意度", "Satisfaction"), "b", dashed=True),
        ),
        band=("adequate", "desired"), band_label=Text("容忍区", "Zone of tolerance"),
    ),
    readouts=(
        Readout("bookings_first", Text("第1个月的客人", "Guests in month 1"), "count"),
        Readout("bookings_last", Text("第24个月的客人", "Guests in month 24"), "count"),
        Readout("months_below", Text("服务低于容忍区的月数", "Months below the zone"), "count"),
        Readout("not_disappointed", Text("开业时不失望的概率", "Not disappointed at the opening"), "percent"),
        Readout("profit", Text("24个月的利润", "Profit over 24 months"), "money"),
    ),
)

profit = Mode(
    name="profit",
    title=Text("最赚钱的承诺", "Best promise"),
    intro=Text("话说得满，订房的多；客人失望了要赔、不再来、还会写差评。服务还是{performance}分，把承诺从1分一直试到9分，24个月的利润画成一条线。教学假设：每位客人毛利200元，每失望1分要赔60元。", "A big promise brings bookings; disappointed guests want money back, stay away and write reviews. The service stays at {performance} points; try every promise from 1 to 9 and draw the profit of 24 months. Assumed here: a guest leaves 200 yuan of margin, and each point of disappointment costs 60."),
    model=expectations.promise_choice,
    controls=CONTROLS,
    prediction=PredictValue(
        "best",
        Text("服务是{performance}分，评价的分量是{review_weight}（0是只信广告，1是只信评价），再来的份额是{repeat_share}。承诺几分最赚钱？", "The service is worth {performance} points, reviews weigh {review_weight} (0: only the advert counts, 1: only reviews), and a share of {repeat_share} returns. Which promise earns most?"),
        min=1, max=9, step=0.1, start=7.5,
    ),
    picture=Lines(
        x=Axis(Text("承诺（分）", "Promise (points)"), **POINTS),
        y=Axis(Text("24个月的利润（万元）", "Profit over 24 months (10,000 yuan)")),
        lines=(Line("curve", Text("利润", "Profit")),),
        marks=(Mark("best", Text("最赚钱", "Best")), Mark("performance", Text("实情", "Truth")), Mark("promise", Text("现在", "Now"))),
        guess="x",
    ),
    readouts=(
        Readout("best", Text("最赚钱的承诺", "Best promise")),
        Readout("exaggeration", Text("比实情高出", "Above the truth by")),
        Readout("profit", Text("现在的利润", "Profit now"), "money"),
        Readout("regret", Text("比最好少赚", "Short of the best"), "money"),
    ),
)

promise = Simulation(
    name="promise",
    chapter=2,
    title=Text("承诺旋钮：海景房", "The promise dial: a room with a sea view"),
    modes=(path, profit),
    tasks=(
        Task(
            "path",
            Text("承诺8分，记下第1个月和第24个月的客人数，还有利润。再把承诺降到6分，说实话，比一比。", "Promise 8 points and note the guests of months 1 and 24, and the profit. Then promise 6, the truth, and compare."),
            Text("夸口的店开张时客人多八成，两年后只多出几个，利润却少了约13万元。广告买来的是第一次，第二次要靠住得怎么样。", "The boaster opens with four fifths more guests; two years on the lead is a handful, and profit is some 130,000 yuan lower. An advert buys the first visit, the stay earns the second."),
            set={"promise": 8, "performance": 6, "review_weight": 0.4, "repeat_share": 0.3},
        ),
        Task(
            "path",
            Text("服务一分不动，把评价的分量从0调到0.8。满意度往哪边走？是什么变了？", "Leave the service alone and move the weight of reviews from 0 to 0.8. Which way does satisfaction go, and what changed?"),
            Text("满意度上去了，变的只有期望：评价替广告说了实话，新客人来之前就把期望降了下来。服务本身没有好半分。", "Satisfaction rises, and only the expectation changed: reviews told the truth for the advert, so new guests arrived expecting less. The service is no better."),
            set={"promise": 8, "performance": 6, "review_weight": 0, "repeat_share": 0.3},
        ),
        Task(
            "profit",
            Text("先把评价的分量和再来的份额都调到0，看最赚钱的承诺在哪里。再调到0.6和0.5，它搬到哪里去了？", "Set the weight of reviews and the share who return to 0 and see where the best promise lies. Then set them to 0.6 and 0.5: where has it gone?"),
            Text("一锤子买卖，稍微吹一点最赚钱；客人会再来、又会说话，说实话甚至留点余地才最赚钱。吹太多，哪种情形都亏。", "For one-off trade a little exaggeration pays best. Once guests return and talk, the truth or a shade less does. Too much of it costs money either way."),
            set={"performance": 6, "review_weight": 0, "repeat_share": 0},
        ),
    ),
)
