"""标准化滑块, the simulation of chapter 1: neither everything by the book nor everything made to measure."""
from service_marketing.models import service_design

from .spec import Axis, Distribution, Line, Lines, Mark, Mode, PredictValue, Readout, Simulation, Slider, Task, Text

STANDARDISATION = Slider(
    "standardisation", Text("标准化程度", "Standardisation"), 0, 1, step=0.05, start=0.8,
    help=Text("0：每位客人都现想现做；1：所有客人一个样", "0: made up anew for every guest; 1: one way for everybody"),
)
HETEROGENEITY = Slider(
    "heterogeneity", Text("客人需求的差异", "How much guests differ"), 0.5, 4, step=0.1, start=2.0,
    help=Text("不同客人想要的东西相差多少，标准差，单位是分", "Standard deviation of what guests want, in points"),
)
VARIABILITY = Slider(
    "variability", Text("员工发挥的波动", "How much staff vary"), 0.5, 4, step=0.1, start=2.0,
    help=Text("没有标准可依时，同一件事做出来相差多少，标准差，单位是分", "Standard deviation of what staff do when there is no standard, in points"),
)

loss = Mode(
    name="loss",
    title=Text("最划算的那一点", "The cheapest place"),
    intro=Text("悦来连锁要改早餐：全国一份菜单，还是让厨师看人下菜？菜单越统一，口味不同的客人越吃不惯；越随厨师发挥，手艺越忽高忽低。两种不合都要赔钱：教学假设是每位客人赔10元乘以不合分数的平方。", "Yuelai is redesigning breakfast: one menu for the whole country, or let each cook decide guest by guest? The more uniform the menu, the more it misses guests with other tastes; the more is left to the cook, the more the results vary. Both kinds of miss cost money: assume 10 yuan a guest times the square of the points missed."),
    model=service_design.design,
    fixed={"tolerance": 2, "mismatch_cost": 10},
    controls=(
        STANDARDISATION, HETEROGENEITY, VARIABILITY,
        Slider(
            "unit_cost", Text("量身定做的成本（元/人）", "Cost of tailoring (yuan a guest)"), 0, 60, step=5, start=0,
            help=Text("完全量身定做比完全照标准，每位客人多花的钱", "What a service made wholly to measure costs more than the standard one, per guest"),
        ),
    ),
    prediction=PredictValue(
        "optimum",
        Text("客人需求的差异是{heterogeneity}分，员工发挥的波动是{variability}分，量身定做每人多花{unit_cost}元。标准化到多少最划算？0是全靠发挥，1是全照标准。", "Guests differ by {heterogeneity} points, staff vary by {variability}, tailoring costs {unit_cost} yuan a guest. Which standardisation is cheapest? 0 is all improvised, 1 all by the book."),
        min=0, max=1, step=0.05, start=0.9,
    ),
    picture=Lines(
        x=Axis(Text("标准化程度", "Standardisation"), 0, 1),
        y=Axis(Text("每位客人的损失（元）", "Loss per guest (yuan)"), 0),
        lines=(
            Line("total", Text("合计", "Total")),
            Line("needs", Text("不合口味", "Tastes missed"), "a", dashed=True),
            Line("process", Text("忽好忽坏", "Uneven work"), "b", dashed=True),
            Line("tailoring", Text("定做成本", "Tailoring"), "muted", dashed=True),
        ),
        marks=(Mark("optimum", Text("最划算", "Cheapest")), Mark("standardisation", Text("现在", "Now"))),
        guess="x",
    ),
    readouts=(
        Readout("optimum", Text("最划算的标准化程度", "Cheapest standardisation")),
        Readout("cost", Text("现在每位客人的损失", "Loss per guest now"), "money"),
        Readout("least", Text("最少能降到", "The least it can be"), "money"),
        Readout("within", Text("不合在2分以内的客人", "Guests missed by 2 points or less"), "percent"),
    ),
)

guests = Mode(
    name="guests",
    title=Text("500位客人", "500 guests"),
    intro=Text("同一顿早餐，500位客人。每个人想要的不一样，厨师每天的发挥也不一样，得到的和想要的总差一点。差得在容忍范围内，客人还算满意。", "One breakfast, 500 guests. Each wants something else, cooks have better and worse days, so what they get is always a little off. Guests put up with it while it stays within their tolerance."),
    model=service_design.guest_population,
    rows=service_design.guests,
    columns=(
        ("need", Text("口味偏离", "taste from the usual")), ("lapse", Text("发挥偏离", "work from the usual")),
        ("mismatch", Text("不合", "mismatch")), ("verdict", Text("判断", "verdict")),
    ),
    fixed={"n": 500, "seed": 1},
    controls=(
        STANDARDISATION, HETEROGENEITY, VARIABILITY,
        Slider("tolerance", Text("客人能容忍的偏差（分）", "What guests tolerate (points)"), 0.5, 4, step=0.25, start=2.0),
    ),
    prediction=PredictValue(
        "within",
        Text("标准化程度是{standardisation}，偏差在{tolerance}分以内客人就能接受。500位客人里，百分之几能接受？", "Standardisation stands at {standardisation}, and guests accept being off by up to {tolerance} points. What per cent of the 500 will accept it?"),
        min=0, max=100, step=1, start=50,
    ),
    picture=Distribution(
        x=Axis(Text("得到的与想要的相差（分）", "Gap between wanted and received (points)"), 0, service_design.WIDEST),
        y_label=Text("客人人数", "Guests"),
        bins="bins",
        groups=(("within", Text("能接受", "Acceptable")), ("outside", Text("接受不了", "Not acceptable"))),
        mean="mean", tones=("good", "bad"),
    ),
    readouts=(
        Readout("within", Text("能接受", "Acceptable"), "percent"),
        Readout("outside", Text("接受不了", "Not acceptable"), "percent"),
        Readout("mean", Text("平均相差（分）", "Mean gap (points)")),
        Readout("optimum", Text("偏差最小的标准化程度", "Standardisation with the smallest gaps")),
    ),
)

standardisation = Simulation(
    name="standardisation",
    chapter=1,
    title=Text("标准化滑块", "The standardisation slider"),
    modes=(loss, guests),
    tasks=(
        Task(
            "loss",
            Text("客人差异和员工波动都是2分。把标准化程度拉到1，记下损失；再拉到0。哪个口号省钱？中间呢？", "Guests differ by 2 points and so do staff. Set standardisation to 1 and note the loss, then to 0. Which slogan saves money? And the middle?"),
            Text("“全标准化”和“全个性化”一样贵，每位客人都是40元；各取一半只要20元。两头的错各管一半，平方之后就小得多。", "All standard and all personal cost the same, 40 yuan a guest; halfway costs 20. Half of each error, squared, is far less than the whole of either."),
            set={"standardisation": 1, "heterogeneity": 2, "variability": 2, "unit_cost": 0},
        ),
        Task(
            "loss",
            Text("不动别的，把客人需求的差异从0.5一点点调到4。最划算的位置往哪边走？", "Leave the rest alone and move how much guests differ from 0.5 to 4. Which way does the cheapest place go?"),
            Text("从0.94一路退到0.20。标准化多少合适，由来的是什么客人决定，不由口号决定：换了客人，就要换做法。", "From 0.94 down to 0.20. How much to standardise depends on who comes, not on a slogan: other guests, another design."),
            set={"heterogeneity": 0.5, "variability": 2, "unit_cost": 0},
        ),
        Task(
            "guests",
            Text("标准化程度是0.3。把员工发挥的波动从3降到1，能接受的客人多了多少？再把标准化程度拉到1，重复一遍。", "Standardisation stands at 0.3. Lower how much staff vary from 3 to 1: how many more guests accept it? Then set standardisation to 1 and do it again."),
            Text("靠人发挥的服务，把人练稳，能接受的客人一下多出许多；全照标准做，练人就看不出差别。想做个性化，先舍得培训。", "Where the service rests on people, steadier people win over many more guests; where everything is by the book, training them changes nothing. Whoever wants to be personal has to train first."),
            set={"standardisation": 0.3, "heterogeneity": 2, "variability": 3, "tolerance": 2},
        ),
    ),
)
