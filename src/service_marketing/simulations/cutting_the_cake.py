"""切蛋糕, the simulation of chapter 9: into how many segments, on which variables, and at what profit."""
from service_marketing.models import segmentation

from .spec import Axis, Line, Lines, Mark, Mode, PredictValue, Readout, Scatter, Simulation, Slider, Task, Text

RELEVANCE = Slider(
    "relevance", Text("细分变量和需要有多相关", "How closely the variables follow the needs"), 0, 1, step=0.05, start=1.0,
    help=Text("1：按会员的实际反应来分；0.2上下：按年龄、收入来分（教学假设）", "1: segments are built on how members respond; near 0.2: on age and income (a teaching assumption)"),
)
OVERLAP = Slider(
    "overlap", Text("同群的人有多不一样", "Spread inside the true groups"), 0.4, 2.4, step=0.1, start=1.0,
    help=Text("同一群会员的需要相差几分（标准差）。越大，几群人就越混在一起", "Standard deviation of needs inside a group, in points. The larger, the more the groups run into each other"),
)

clusters = Mode(
    name="clusters",
    title=Text("切成几块", "How many pieces"),
    intro=Text("悦来连锁的会员部抽了80位会员，想按需要把他们分群，再给每群一套方案。会员里其实藏着四群人，会员部不知道。现在先切成{k}块。", "The loyalty team at Yuelai has drawn 80 members and wants to group them by what they need, with one programme for each group. Four groups are hidden among them; the team does not know. For now they are cut into {k}."),
    model=segmentation.cut,
    controls=(Slider("k", Text("切成几块", "Number of segments"), 1, 6, step=1, start=2), RELEVANCE, OVERLAP),
    prediction=PredictValue(
        "left",
        Text("切成{k}块以后，会员之间的需要差异还有百分之几留在块内，没有被分开？（一块都不切是100%）", "With {k} segments, what per cent of the differences in needs is still inside the segments? (Uncut it is 100%.)"),
        min=0, max=100, step=1, start=50,
    ),
    picture=Scatter(
        x=Axis(Text("在意价格（分）", "Minds the price (points)"), 0, 10),
        y=Axis(Text("在意服务（分）", "Minds the service (points)"), 0, 10),
        points="points", centres="centres",
        groups=tuple((Text(f"第{i}块", f"Segment {i}"), tone) for i, tone in enumerate(("a", "b", "c", "d", "e", "accent"), start=1)),
    ),
    readouts=(
        Readout("left", Text("留在块内的需要差异", "Differences in needs left inside"), "percent"),
        Readout("fit", Text("报表上的拟合度", "Fit on the report"), "percent"),
        Readout("agreement", Text("与真实四群的吻合（1为全对）", "Agreement with the true groups (1 is perfect)")),
        Readout("smallest", Text("最小一块的人数", "Members in the smallest"), "count"),
    ),
)

profit = Mode(
    name="profit",
    title=Text("切几块最赚钱", "The number that pays"),
    intro=Text("同一批会员代表全部两万人。每多切一块，就要多做一套方案，一套{programme_cost}元；联系一位会员要{contact_cost}元，对方答应了能赚{margin}元。方案越合需要，越可能答应。理想利润是人人都拿到最合意的方案、方案又不要钱时的利润。", "The same members stand for all 20,000. Every further segment needs its own programme, at {programme_cost} yuan; reaching a member costs {contact_cost} yuan, and one who accepts brings {margin} yuan. The better the offer fits the need, the likelier the yes. The ideal profit is what there would be if everyone got the perfect offer and programmes were free."),
    model=segmentation.how_many,
    controls=(
        Slider("programme_cost", Text("一套方案的费用（元）", "Cost of one programme (yuan)"), 0, 200000, step=5000, start=50000),
        Slider("margin", Text("一次成交的毛利（元）", "Margin of one sale (yuan)"), 20, 300, step=5, start=120),
        Slider("contact_cost", Text("联系一位会员的费用（元）", "Cost of reaching a member (yuan)"), 0, 30, step=1, start=6),
        RELEVANCE, OVERLAP,
    ),
    prediction=PredictValue("best_k", Text("切成几块，利润最高？（1到8块）", "Which number of segments, from 1 to 8, earns the most?"), min=1, max=8, step=1, start=6),
    picture=Lines(
        x=Axis(Text("切成几块", "Number of segments"), 1, 8),
        y=Axis(Text("百分比（%）", "Per cent")),
        lines=(
            Line("profit", Text("利润（占理想利润的%）", "Profit (% of the ideal)"), "accent"),
            Line("fit", Text("拟合度（%）", "Fit (%)"), "muted", dashed=True),
        ),
        marks=(Mark("best_k", Text("利润最高", "Most profit")),),
        guess="x",
    ),
    readouts=(
        Readout("best_k", Text("利润最高的块数", "Most profitable number"), "count"),
        Readout("best_profit", Text("那时的利润", "Profit there"), "money"),
        Readout("most_profit", Text("切成8块的利润", "Profit with 8 segments"), "money"),
        Readout("one_profit", Text("完全不切的利润", "Profit without segments"), "money"),
        Readout("fit_at_best", Text("利润最高处的拟合度", "Fit at the most profitable"), "percent"),
    ),
)

cutting_the_cake = Simulation(
    name="cutting-the-cake",
    chapter=9,
    title=Text("切蛋糕", "Cutting the cake"),
    modes=(clusters, profit),
    tasks=(
        Task(
            "clusters",
            Text("把块数从2一格一格调到6，看着“拟合度”和“与真实四群的吻合”。它们在同一个块数上最高吗？", "Move the number of segments from 2 to 6, one at a time, and watch the fit and the agreement with the true groups. Do they peak at the same number?"),
            Text("拟合度只会越切越高，永远劝你再切一刀；与真实四群的吻合却在4块时最高，再切就把本来一群的人拆散了。拟合度自己不会喊停。", "Fit only rises and always advises one more cut; agreement with the true groups peaks at 4, after which real groups are torn apart. Fit never says stop."),
            set={"k": 2, "relevance": 1, "overlap": 1},
        ),
        Task(
            "clusters",
            Text("切成4块，把“细分变量和需要有多相关”从1降到0.2，就像改用年龄和收入来分。报表上的拟合度掉了多少？块内留下的需要差异呢？", "With 4 segments, lower the relevance from 1 to 0.2, as if you segmented on age and income. How far does the fit on the report fall? And what of the differences left inside?"),
            Text("报表上仍有近七成的拟合度，可需要的差异九成以上还留在块内：切得整整齐齐，切的却不是顾客的需要。要按反应来分，不要因为年龄收入好找就按它分。", "The report still claims a fit of almost 70%, while over 90% of the differences in needs stay inside: a neat cut through the wrong thing. Segment on response, not on what is easy to look up."),
            set={"k": 4, "relevance": 1, "overlap": 1},
        ),
        Task(
            "profit",
            Text("现在切4块最赚钱。把一套方案的费用从5万元调到8万元，最赚钱的块数怎么变？再调到0呢？", "Four segments pay best now. Raise the cost of a programme from 50,000 to 80,000 yuan: what becomes of the best number? And at 0?"),
            Text("费用8万元时最好只切3块：第四群人确实存在，但太小，养不起一套自己的方案。只有方案不要钱的时候，利润才和拟合度一样劝你切到8块。", "At 80,000 three is best: the fourth group is real but too small to carry a programme of its own. Only when programmes are free does profit agree with fit and ask for 8."),
            set={"programme_cost": 50000, "margin": 120, "contact_cost": 6, "relevance": 1, "overlap": 1},
        ),
    ),
)
