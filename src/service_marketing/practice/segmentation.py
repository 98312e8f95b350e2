"""练一练 of chapter 9: the nearest centre, the profit of a programme, the share of the best fifth. The RFM code is in loyalty.py."""

from service_marketing.models.segmentation import segment_profit, top_share
from service_marketing.simulations.spec import Text

from .references import nearest_kind
from .spec import Hint, Number, Numbers, Practice

nearest = Practice(
    name="nearest",
    chapter=9,
    title=Text("这位会员归哪一群", "Which group does this member belong to"),
    statement=Text(
        "会员在意价格几分、在意服务几分，都是0到10。三群会员的中心已经找到：0号（2.5，7.5），1号（8，2.5），2号（7.5，7.5）。\n\n"
        "K均值有一步，是把每个人归到最近的中心。写一个函数，交回最近那个中心的号码；一样近，取号码小的。"
        "比远近用距离的平方就行：横的差平方，加上竖的差平方。",
        "A member minds the price and minds the service by so many points from 0 to 10. The centres of three groups are known: "
        "number 0 (2.5, 7.5), number 1 (8, 2.5), number 2 (7.5, 7.5).\n\n"
        "One step of k-means sends everybody to the nearest centre. Hand back its number; of equally near ones the smallest. "
        "Squared distances will do: the difference across squared plus the difference up squared.",
    ),
    starter=Text(
        """\
def my_group(price, service):
    a = (price - 2.5) ** 2 + (service - 7.5) ** 2  # 到0号中心
    b = (price - 8) ** 2 + (service - 2.5) ** 2    # 到1号中心
    if a <= b:
        return 0
    return 1  # 2号中心还没有比
""",
        """\
def my_group(price, service):
    a = (price - 2.5) ** 2 + (service - 7.5) ** 2  # to centre 0
    b = (price - 8) ** 2 + (service - 2.5) ** 2    # to centre 1
    if a <= b:
        return 0
    return 1  # centre 2 is not compared yet
""",
    ),
    function="my_group",
    reference=nearest_kind,
    cases=((2, 8), (9, 1), (8, 9)),
    sampler=(Number("price", 0, 10), Number("service", 0, 10)),
    hints=(
        Hint(
            Text(
                "2号中心还没有算进去：再算一个距离c，三个里挑最小的。",
                "Centre 2 is still missing: work out a third distance and take the least.",
            ),
            "lambda p, s: 0 if (p - 2.5) ** 2 + (s - 7.5) ** 2 <= (p - 8) ** 2 + (s - 2.5) ** 2 else 1",
        ),
        Hint(
            Text("挑的是最远的。最近的，是距离最小的那个。", "This takes the farthest; the nearest has the least distance."),
            "lambda p, s: [(p - 2.5) ** 2 + (s - 7.5) ** 2, (p - 8) ** 2 + (s - 2.5) ** 2, (p - 7.5) ** 2 + (s - 7.5) ** 2]"
            ".index(max((p - 2.5) ** 2 + (s - 7.5) ** 2, (p - 8) ** 2 + (s - 2.5) ** 2, (p - 7.5) ** 2 + (s - 7.5) ** 2))",
        ),
        Hint(
            Text("只看了价格，没看服务。两个方向的差都要平方再加。", "Only the price was looked at; add the squares of both differences."),
            "lambda p, s: [(p - 2.5) ** 2, (p - 8) ** 2, (p - 7.5) ** 2].index(min((p - 2.5) ** 2, (p - 8) ** 2, (p - 7.5) ** 2))",
        ),
        Hint(Text("先写c = (price - 7.5) ** 2 + (service - 7.5) ** 2。", "Begin with c = (price - 7.5) ** 2 + (service - 7.5) ** 2.")),
        Hint(
            Text(
                "再分两次比：a不大于b也不大于c，就是0；否则b不大于c，就是1；不然是2。",
                "Then compare twice: 0 if a is at most b and c; else 1 if b is at most c; else 2.",
            )
        ),
    ),
    solution=Text(
        """\
def my_group(price, service):
    a = (price - 2.5) ** 2 + (service - 7.5) ** 2
    b = (price - 8) ** 2 + (service - 2.5) ** 2
    c = (price - 7.5) ** 2 + (service - 7.5) ** 2
    if a <= b and a <= c:
        return 0
    if b <= c:
        return 1
    return 2
""",
        """\
def my_group(price, service):
    a = (price - 2.5) ** 2 + (service - 7.5) ** 2
    b = (price - 8) ** 2 + (service - 2.5) ** 2
    c = (price - 7.5) ** 2 + (service - 7.5) ** 2
    if a <= b and a <= c:
        return 0
    if b <= c:
        return 1
    return 2
""",
    ),
)

programme = Practice(
    name="programme",
    chapter=9,
    title=Text("这一群值不值得单做一套方案", "Does this segment carry a programme of its own"),
    statement=Text(
        "一群会员有 `size` 人。给他们单做一套方案，要花 `programme_cost` 元；联系每个人，不管答不答应，都要 `contact_cost` 元；"
        "每个人答应的可能是 `response`（0到1），答应了赚毛利 `margin` 元。\n\n"
        "写一个函数，交回这套方案的利润（元，亏就是负数）。",
        "A segment has `size` members. A programme of its own costs `programme_cost` yuan; reaching a member costs `contact_cost` yuan, "
        "whether the answer is yes or no; each says yes with probability `response` (0 to 1) and then brings a margin of `margin` yuan.\n\n"
        "Hand back the profit of the programme in yuan; a loss is negative.",
    ),
    starter=Text(
        """\
def my_profit(size, response, margin, contact_cost, programme_cost):
    answers = size * response
    return answers * (margin - contact_cost) - programme_cost  # 没答应的人，联系不要钱吗
""",
        """\
def my_profit(size, response, margin, contact_cost, programme_cost):
    answers = size * response
    return answers * (margin - contact_cost) - programme_cost  # is it free to reach those who said no?
""",
    ),
    function="my_profit",
    reference=segment_profit,
    cases=((2200, 0.2, 120, 6, 30000), (8000, 0.1, 120, 6, 30000), (500, 0.3, 120, 6, 30000)),
    sampler=(
        Number("size", 200, 9000, 100),
        Number("response", 0.05, 0.4, 0.05),
        Number("margin", 40, 200, 10),
        Number("contact_cost", 2, 20),
        Number("programme_cost", 10000, 80000, 5000),
    ),
    hints=(
        Hint(
            Text(
                "联系的钱是每个人都要花的，不只是答应的人：减去 size * contact_cost。",
                "Reaching costs for everybody, not only for those who say yes: take off size * contact_cost.",
            ),
            "lambda n, p, m, c, f: n * p * (m - c) - f",
        ),
        Hint(
            Text("方案本身的费用还没有减。", "The cost of the programme itself is still to be taken off."),
            "lambda n, p, m, c, f: n * (p * m - c)",
        ),
        Hint(
            Text("联系的钱还没有减：每个人 contact_cost 元。", "The cost of reaching them is missing: contact_cost yuan each."),
            "lambda n, p, m, c, f: n * p * m - f",
        ),
        Hint(
            Text("方案的费用一群只花一次，不是每人一份。", "The programme is paid once for the segment, not once a head."),
            "lambda n, p, m, c, f: n * (p * m - c - f)",
        ),
        Hint(
            Text(
                "先算一个人平均赚几元：答应的可能 × 毛利 − 联系的钱。",
                "First what one member brings on average: probability × margin − cost of reaching.",
            )
        ),
        Hint(
            Text(
                "size * (response * margin - contact_cost) - programme_cost。",
                "size * (response * margin - contact_cost) - programme_cost.",
            )
        ),
    ),
    solution=Text(
        """\
def my_profit(size, response, margin, contact_cost, programme_cost):
    each = response * margin - contact_cost
    return size * each - programme_cost
""",
        """\
def my_profit(size, response, margin, contact_cost, programme_cost):
    each = response * margin - contact_cost
    return size * each - programme_cost
""",
    ),
)

best_fifth = Practice(
    name="best_fifth",
    chapter=9,
    title=Text("最好的两成客户带来几成利润", "What share of the profit the best fifth brings"),
    statement=Text(
        "`profits` 是十家客户各自的利润（千元，可以是负数）。把利润最高的两家加起来，除以全部十家的合计，交回这个比例。\n\n"
        "提示：`sorted(profits, reverse=True)` 把一列数从大到小排好，`[:2]` 取前两个。",
        "`profits` holds the profit of ten customers (thousand yuan, negative for a loss). Add up the two highest, divide by the sum "
        "of all ten, and hand back that share.\n\n"
        "`sorted(profits, reverse=True)` puts a list in falling order, `[:2]` takes the first two.",
    ),
    starter=Text(
        """\
def my_share(profits):
    best = profits[:2]  # 这是排在最前面的两家，未必是利润最高的
    return sum(best) / sum(profits)
""",
        """\
def my_share(profits):
    best = profits[:2]  # the first two of the list, not always the best two
    return sum(best) / sum(profits)
""",
    ),
    function="my_share",
    reference=top_share,
    cases=(
        ([30, 128, -38, 74, 22, 58, 41, -12, 26, 15],),
        ([50, 50, 50, 50, 50, 50, 50, 50, 50, 50],),
        ([5, 5, 90, 5, 5, 100, 5, 5, 5, 5],),
    ),
    sampler=(Numbers("profits", -20, 100, 2, (10, 10)),),
    hints=(
        Hint(
            Text("先把 profits 从大到小排好，再取前两个。", "Put the profits in falling order first, then take two."),
            "lambda x: sum(x[:2]) / sum(x)",
        ),
        Hint(
            Text("分母要算全部客户，亏本的也在里面，不能只加赚钱的。", "Divide by all customers, those with a loss included."),
            "lambda x: sum(sorted(x, reverse=True)[:2]) / sum([y for y in x if y > 0])",
        ),
        Hint(
            Text("取成利润最低的两家了：要加 reverse=True。", "These are the two lowest: reverse=True is missing."),
            "lambda x: sum(sorted(x)[:2]) / sum(x)",
        ),
        Hint(
            Text("这是最好的一家。十家的两成是两家。", "This is the best one; a fifth of ten is two."),
            "lambda x: max(x) / sum(x)",
        ),
        Hint(Text("三步：排序，取前两个相加，除以 sum(profits)。", "Three steps: sort, add the first two, divide by sum(profits).")),
    ),
    solution=Text(
        """\
def my_share(profits):
    best = sorted(profits, reverse=True)[:2]
    return sum(best) / sum(profits)
""",
        """\
def my_share(profits):
    best = sorted(profits, reverse=True)[:2]
    return sum(best) / sum(profits)
""",
    ),
)
