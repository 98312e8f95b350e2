"""The simulations of `fakes` as the course would declare them: every picture, every format, both languages."""

from service_marketing.simulations.spec import (
    Axis,
    Balance,
    Distribution,
    Line,
    Lines,
    Mark,
    Mode,
    Part,
    PredictCurve,
    PredictValue,
    Readout,
    Scatter,
    Simulation,
    Slider,
    Step,
    Task,
    Text,
    Waterfall,
)

from . import fakes


def both(zh: str, en: str) -> Text:
    return Text(zh, en)


SCORE = dict(min=0, max=10)
MONTH = Axis(both("第几个月（月）", "Month (months)"), 0, 24)
PATHS = (
    Slider("start", both("开始时的满意度", "Satisfaction at the start"), 1, 6, 0.5, 3),
    Slider("growth", both("每月改进", "Improvement a month"), 0.02, 0.4, 0.02, 0.1),
    Slider("ceiling", both("能到的高度", "Ceiling"), 5, 10, 0.5, 8),
)
HALF = Readout("half", both("过四成的月份", "Month of passing 40%"))
LAST = Readout("last", both("两年后的满意度", "Satisfaction after two years"))

LINES = Mode(
    name="lines",
    title=both("折线", "Lines"),
    intro=both("悦来连锁改进服务两年。", "Yuelai improves its service for two years."),
    model=fakes.paths,
    controls=PATHS,
    prediction=PredictValue("last", both("两年后满意度到几分？", "Where is satisfaction after two years?"), 0, 10, 0.1, 5),
    picture=Lines(
        x=MONTH,
        y=Axis(both("满意度（分）", "Satisfaction (points)"), **SCORE),
        lines=(
            Line("rising", both("改进之后的满意度", "Satisfaction with improvement")),
            Line("falling", both("不管不问", "Left alone"), "bad", dashed=True),
            Line("level", both("维持现状", "Kept as it is"), "neutral"),
        ),
        band=("low", "high"),
        band_label=both("容忍区间", "Zone of tolerance"),
        marks=(Mark("half", both("过四成", "40% passed")),),
        guess="y",
    ),
    readouts=(LAST, HALF, Readout("share", both("起点占比", "Start as a share"), "percent")),
)

DRAWN = Mode(
    name="drawn",
    title=both("画折线", "Draw"),
    intro=both("画一画。", "Draw it."),
    model=fakes.paths,
    controls=PATHS,
    prediction=PredictCurve(both("满意度两年里怎么走？", "How does satisfaction run over two years?"), at=(0, 6, 12, 18, 24), start=5),
    picture=Lines(
        x=MONTH,
        y=Axis(both("满意度（分）", "Satisfaction (points)"), **SCORE),
        lines=(Line("rising", both("满意度", "Satisfaction")), Line("level", both("现状", "As it is"), "muted", dashed=True)),
    ),
    readouts=(LAST, HALF),
)

FREE = Mode(
    name="free",
    title=both("自由轴", "Free axes"),
    intro=both("没有固定刻度的轴。", "Axes without fixed ends."),
    model=fakes.paths,
    controls=PATHS,
    prediction=PredictValue("half", both("第几个月过四成？", "When are 40% passed?"), 0, 20, 0.5, 10),
    picture=Lines(
        x=Axis(both("月", "Month")),
        y=Axis(both("满意度（分）", "Satisfaction (points)")),
        lines=tuple(
            Line(name, label, tone)
            for name, label, tone in (
                ("rising", both("改进", "Improved"), "a"),
                ("low", both("下沿", "Lower edge"), "b"),
                ("high", both("上沿", "Upper edge"), "c"),
                ("falling", both("下滑", "Falling"), "d"),
                ("level", both("不变", "Level"), "e"),
            )
        ),
        marks=(Mark("half", both("过四成", "40% passed")), Mark("both", both("另一处", "Elsewhere"))),
        guess="x",
    ),
    readouts=(HALF, LAST),
)

WATERFALL = Mode(
    name="waterfall",
    title=both("瀑布", "Waterfall"),
    intro=both("一家店的一个月。", "A hotel's month."),
    model=fakes.profit,
    controls=(
        Slider("guests", both("客人", "Guests"), 100, 2000, 50, 900),
        Slider("price", both("房价（元）", "Price (yuan)"), 100, 600, 10, 300),
        Slider("wage", both("每位客人的工时费（元）", "Wage a guest (yuan)"), 20, 300, 10, 100),
    ),
    prediction=PredictValue("profit", both("这个月剩多少？", "What is left this month?"), -100000, 400000, 1000, 50000),
    picture=Waterfall(
        axis=Axis(both("金额（元）", "Amount (yuan)")),
        steps=(
            Step("revenue", both("收入", "Revenue"), total=True),
            Step("wages", both("工资", "Wages")),
            Step("rent", both("房租", "Rent")),
            Step("food", both("早餐和布草", "Breakfast and linen")),
            Step("profit", both("利润", "Profit"), total=True),
        ),
        format="money",
    ),
    readouts=(
        Readout("profit", both("利润", "Profit"), "money"),
        Readout("guests_served", both("客人数", "Guests"), "count"),
        Readout("minutes_each", both("每位用时", "Time a guest"), "minutes"),
        Readout("return_on_wage", both("工资回报", "Return on wages"), "times"),
        Readout("margin", both("利润率", "Margin"), "percent"),
    ),
)

SCATTER = Mode(
    name="scatter",
    title=both("散点", "Points"),
    intro=both("三类顾客。", "Three kinds of customers."),
    model=fakes.clusters,
    fixed={"n": 240},
    controls=(Slider("spread", both("分散", "Spread"), 0.2, 2, 0.1, 1), Slider("shift", both("移动", "Shift"), -2, 2, 0.1, 0)),
    prediction=PredictValue("distance", both("相距多远？", "How far apart?"), 0, 10, 0.5, 5),
    picture=Scatter(
        x=Axis(both("最近一次（月）", "Recency (months)"), 0, 10),
        y=Axis(both("频率（次）", "Frequency (times)"), 0, 10),
        points="points",
        centres="centres",
        groups=((both("新客", "New guests"), "a"), (both("常客", "Regulars"), "b"), (both("流失中的老客", "Lapsing regulars"), "c")),
    ),
    readouts=(Readout("distance", both("距离", "Distance")), Readout("mean_x", both("平均", "Mean"))),
)

MAP = Mode(
    name="map",
    title=both("四象限", "Quarters"),
    intro=both("八个项目。", "Eight attributes."),
    model=fakes.quarters,
    controls=(Slider("effort", both("投入", "Effort"), 0, 10, 1, 0),),
    prediction=PredictValue("mean", both("平均表现几分？", "What is mean performance?"), 1, 5, 0.1, 3),
    picture=Scatter(
        x=Axis(both("重要性（分）", "Importance (points)"), 1, 5),
        y=Axis(both("表现（分）", "Performance (points)"), 1, 5),
        points="points",
        groups=((both("房间", "Room"), "accent"), (both("人", "People"), "b")),
        names=tuple(
            both(zh, en)
            for zh, en in (
                ("床品", "Bedding"),
                ("前台态度", "Front desk"),
                ("大堂", "Lobby"),
                ("行李", "Luggage"),
                ("隔音", "Quietness"),
                ("响应速度", "Response"),
                ("停车", "Parking"),
                ("叫醒服务", "Wake-up call"),
            )
        ),
        dividers=(3.5, "cut"),
        quadrants=(
            both("继续保持", "Keep it up"),
            both("可能过度", "Possible overkill"),
            both("次要", "Low priority"),
            both("优先改进", "Concentrate here"),
        ),
    ),
    readouts=(Readout("mean", both("平均表现", "Mean performance")),),
)

BALANCE = Mode(
    name="balance",
    title=both("天平", "Balance"),
    intro=both("两家酒店。", "Two hotels."),
    model=fakes.worth,
    controls=(
        Slider("service", both("服务价值", "Service value"), 0, 5, 0.1, 2.4),
        Slider("price", both("货币成本", "Money"), 0, 6, 0.1, 3.5),
    ),
    prediction=PredictValue("advantage", both("我们的净价值多多少？", "How much more value do we leave?"), -5, 5, 0.1, 0),
    picture=Balance(
        axis=Axis(both("价值（分）", "Value (points)")),
        sides=(("ours", both("悦来", "Yuelai")), ("theirs", both("对面的酒店", "The hotel across the street"))),
        gains=(
            Part("product", both("产品", "Product"), "accent"),
            Part("service", both("服务", "Service"), "a"),
            Part("staff", both("人员", "Staff"), "d"),
            Part("image", both("形象", "Image"), "c"),
        ),
        costs=(
            Part("money", both("货币", "Money"), "bad"),
            Part("time", both("时间", "Time"), "b"),
            Part("effort", both("体力", "Effort"), "neutral"),
        ),
    ),
    readouts=(Readout("advantage", both("净价值之差", "Difference in value")),),
)

FIVE = Mode(
    name="five",
    title=both("五组", "Five groups"),
    intro=both("五组客人。", "Five groups of guests."),
    model=fakes.five,
    controls=(Slider("lean", both("偏向", "Lean"), -2, 2, 0.1, 0),),
    prediction=PredictValue("fifth", both("最后一组占几成？", "What share is the last group?"), 0, 100, 1, 50),
    picture=Distribution(
        x=Axis(both("满意度（分）", "Satisfaction (points)"), 0, 10),
        y_label=both("人数", "Guests"),
        bins="bins",
        mean="mean",
        groups=tuple(
            (name, both(zh, en))
            for name, zh, en in (
                ("first", "商务客", "Business"),
                ("second", "旅行团", "Tour groups"),
                ("third", "本地家庭", "Local families"),
                ("fourth", "会议客人", "Conferences"),
                ("fifth", "长住客", "Long stays"),
            )
        ),
        tones=("a", "b", "c", "d", "e"),
    ),
    readouts=(Readout("mean", both("平均满意度", "Mean satisfaction")), Readout("fifth", both("长住客", "Long stays"), "percent")),
)

gallery = Simulation(
    name="gallery",
    chapter=1,
    title=both("图画陈列室", "Gallery"),
    modes=(LINES, DRAWN, FREE, WATERFALL, SCATTER, MAP, BALANCE, FIVE),
    tasks=(
        Task(
            "lines",
            both("把改进调到最大。", "Move the improvement to its end."),
            both("升得更早。", "It rises earlier."),
            set={"growth": 0.4},
        ),
    ),
)
