"""5%之谜, the simulation of chapter 8: what "5 % fewer defections" does to the profit per customer."""
from service_marketing.models import lifetime_value

from .spec import Axis, Line, Lines, Mark, Mode, PredictValue, Readout, Simulation, Slider, Step, Task, Text, Waterfall

CONTROLS = (
    Slider("defection", Text("原来的年流失率", "Defection rate before"), 0.08, 0.5, step=0.01, start=0.2, help=Text("0.20：每100位客人每年走掉20位", "0.20: of 100 guests 20 leave each year"),),
    Slider("discount", Text("贴现率", "Discount rate"), 0, 0.2, step=0.01, start=0.1, help=Text("明年的1元今天值多少：0.10就是除以1.10", "What next year's yuan is worth today: 0.10 divides it by 1.10"),),
    Slider("growth", Text("老客每多一年多赚几成", "Extra profit per year of tenure"), 0, 0.5, step=0.05, start=0.1, help=Text("以第一年利润为1，每多待一年再加这么多。教学假设", "In first years' profits, added for every further year. Teaching assumption"),),
    Slider("acquisition", Text("获客成本抵几年利润", "Acquisition cost in first years' profits"), 0, 1.5, step=0.1, start=0.0, help=Text("教学假设：1.0就是赚一年才收回拉客的钱", "Teaching assumption. 1.0: a year's profit just pays for winning the customer"),),
)
WATERFALL = Waterfall(
    axis=Axis(Text("每位顾客一共带来的利润（元）", "Profit per customer in all (yuan)")),
    steps=(
        Step("profit_before", Text("原来的利润", "Profit before"), total=True),
        Step("longer", Text("多待几年", "More years")),
        Step("discounted", Text("贴现打的折扣", "Discounting")),
        Step("risen", Text("后面几年赚得多", "Later years earn more")),
        Step("profit_after", Text("现在的利润", "Profit after"), total=True),
    ),
    format="money",
)
READOUTS = (
    Readout("change", Text("利润变化", "Change of profit"), "percent"),
    Readout("new_defection", Text("现在的流失率", "Defection rate after"), "percent"),
    Readout("life_before", Text("原来平均待几年", "Mean life before, years")),
    Readout("life_after", Text("现在平均待几年", "Mean life after, years")),
    Readout("profit_before", Text("原来的利润", "Profit before"), "money"),
    Readout("profit_after", Text("现在的利润", "Profit after"), "money"),
)

points = Mode(
    name="points",
    title=Text("少5个百分点", "Five points less"),
    intro=Text("悦来连锁的一位会员，第一年带来1000元利润。常有人说：流失率降低5%，利润增加25%到85%。先把5%读作5个百分点：流失率若是20%，就降到15%。", "A member of Yuelai brings 1,000 yuan of profit in the first year. It is often said that 5% fewer defections raise profits by 25 to 85%. Read 5% as five points first: from 20% defection to 15%."),
    model=lifetime_value.defection_cut,
    fixed={"cut": 0.05, "reading": "points", "margin": 1000},
    controls=CONTROLS,
    prediction=PredictValue(
        "change",
        Text("每年的流失率从{defection}减少0.05。一位顾客一共带来的利润会增加百分之几？", "Yearly defection falls from {defection} by 0.05. By what per cent does the profit that a customer brings in all rise?"),
        min=0, max=200, step=1, start=50,
    ),
    picture=WATERFALL,
    readouts=READOUTS,
)

percent = Mode(
    name="percent",
    title=Text("少百分之五", "Five per cent less"),
    intro=Text("同一句话，换一种读法：走的人比原来少5%。原来每100位走20位，现在走19位。", "The same sentence, read another way: 5% fewer of those who used to leave. Of 100 guests 20 left, now 19 do."),
    model=lifetime_value.defection_cut,
    fixed={"cut": 0.05, "reading": "percent", "margin": 1000},
    controls=CONTROLS,
    prediction=PredictValue(
        "change",
        Text("流失率{defection}乘以0.95。一位顾客一共带来的利润会增加百分之几？", "The defection rate of {defection} is multiplied by 0.95. By what per cent does the profit that a customer brings in all rise?"),
        min=0, max=100, step=0.5, start=25,
    ),
    picture=WATERFALL,
    readouts=READOUTS,
)

base = Mode(
    name="base",
    title=Text("25%到85%", "25 to 85%"),
    intro=Text("各行各业原来的流失率不一样。同样少5个百分点，原来走得多的和走得少的，利润增加得一样多吗？阴影是那句话说的25%到85%。", "Industries differ in how many customers leave to begin with. Do five points less bring the same where many leave and where few do? The shaded area is the 25 to 85% of the claim."),
    model=lifetime_value.defection_cuts,
    fixed={"cut": 0.05},
    controls=CONTROLS,
    prediction=PredictValue(
        "points",
        Text("贴现率{discount}。每年的流失率从{defection}减少0.05，利润会增加百分之几？", "Discount rate {discount}. Yearly defection falls from {defection} by 0.05. By what per cent does profit rise?"),
        min=0, max=200, step=1, start=50,
    ),
    picture=Lines(
        x=Axis(Text("原来的年流失率（%）", "Defection rate before (%)"), min=8, max=50), y=Axis(Text("利润增加（%）", "Rise of profit (%)")),
        lines=(
            Line("points_curve", Text("少5个百分点", "Five points less"), "accent"),
            Line("percent_curve", Text("少百分之五", "Five per cent less"), "neutral"),
        ),
        band=("claim_low", "claim_high"), band_label=Text("25%到85%", "25 to 85%"),
        marks=(Mark("base", Text("现在", "Now")),), guess="y",
    ),
    readouts=(
        Readout("points", Text("少5个百分点：利润变化", "Five points less: change of profit"), "percent"),
        Readout("percent", Text("少百分之五：利润变化", "Five per cent less: change of profit"), "percent"),
    ),
)

five_percent = Simulation(
    name="five-percent",
    chapter=8,
    title=Text("5%之谜", "The riddle of the 5%"),
    modes=(points, percent, base),
    tasks=(
        Task(
            "points",
            Text("流失率20%，记下利润变化。把贴现率从0调到0.10，再看。然后把流失率改成10%，贴现率调回0。", "At a defection rate of 20%, note the change of profit. Move the discount rate from 0 to 0.10 and look again. Then set defection to 10% and discount back to 0."),
            Text("20%降到15%，不贴现是33%，按10%贴现只有20%。10%降到5%，利润翻一番，因为流失减半，寿命就加倍。同样是少5个百分点，数字可以差出五倍，全看从哪里算起、怎么折算。", "From 20 to 15% it is 33% undiscounted and only 20% at a discount rate of 10%. From 10 to 5% profit doubles, because half the defection is twice the life. Five points less each time, and yet the figure varies fivefold with where one starts and how one discounts."),
            set={"defection": 0.2, "discount": 0, "growth": 0, "acquisition": 0},
        ),
        Task(
            "percent",
            Text("流失率从0.10调到0.40，不贴现也不加别的。利润变化动了没有？再把贴现率调到0.10。", "Move defection from 0.10 to 0.40, without discounting or anything else. Does the change of profit move? Then set the discount rate to 0.10."),
            Text("读作百分之五，不管原来流失多少都只增加5.3%；贴现之后更少。只看顾客留下多久，那句话里的25%到85%要读作百分点才算得出来。", "Read as per cent, the rise is 5.3% wherever defection starts, and less with discounting. As long as only the lifetime counts, the 25 to 85% of the claim come out when it is read as points."),
            set={"defection": 0.1, "discount": 0, "growth": 0, "acquisition": 0},
        ),
        Task(
            "base",
            Text("贴现率设为0.10，看“少5个百分点”那条线在哪一段落进阴影。再把老客每多一年多赚的调到0.30，获客成本调到1.0。", "With a discount rate of 0.10, see where the line for five points lies in the shaded area. Then raise the extra profit per year of tenure to 0.30 and the acquisition cost to 1.0."),
            Text("只看寿命，流失率大约低于15%才落进阴影；假设老客越来越赚钱、拉新又贵，20%和25%也进去了。25%到85%是起点和假设算出来的，不是哪家公司做实验观察到的。", "By life alone the line enters the area only below about 15% defection. Assume that old customers earn more and new ones cost much, and 20 or 25% get there too. The 25 to 85% follow from where one starts and what one assumes; no firm was observed doing it."),
            set={"defection": 0.2, "discount": 0.1, "growth": 0, "acquisition": 0},
        ),
    ),
)
