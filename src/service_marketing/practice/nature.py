"""练一练 of chapter 1: what kind of deed an incident is, the best degree of standardisation, Cohen's kappa of two coders."""

from service_marketing.models.service_design import optimal_standardisation
from service_marketing.simulations.spec import Text

from .references import incident_code, kappa_of_four
from .spec import Choice, Hint, Number, Practice

three_questions = Practice(
    name="three_questions",
    chapter=1,
    title=Text("把三个问题写成程序", "Three questions as a program"),
    statement=Text(
        "判断一件“服务”，依次问三个问题。`owed`：它本来就欠顾客的吗？`asked`：是顾客自己提出来的吗？"
        "`fine`：它正当，企业也承受得起吗？每个参数不是 `True`（是）就是 `False`（否）。\n\n"
        "本来就欠的，拿来当恩惠说，交回1（曲解）。不欠的，看 `fine`：没问题交回0（真服务）；"
        "有问题，企业自己送出去的交回2（放大），顾客提出来的交回3（无限度）。",
        "Three questions, one after the other. `owed`: was it owed to the customer anyway? `asked`: did the customer ask for it? "
        "`fine`: is it proper and can the firm afford it? Each argument is `True` or `False`.\n\n"
        "What is owed and sold as a favour gives 1. What is not owed depends on `fine`: if so, 0 (true service); "
        "if not, 2 when the firm offered it and 3 when the customer asked for it.",
    ),
    starter=Text(
        """\
def my_code(owed, asked, fine):
    if owed:
        return 1
    if fine:
        return 0
    return 2  # 顾客自己提出来的呢？
""",
        """\
def my_code(owed, asked, fine):
    if owed:
        return 1
    if fine:
        return 0
    return 2  # and if the customer asked for it?
""",
    ),
    function="my_code",
    reference=incident_code,
    cases=((True, False, True), (False, True, True), (False, False, False), (False, True, False)),
    sampler=(Choice("owed", (True, False)), Choice("asked", (True, False)), Choice("fine", (True, False))),
    hints=(
        Hint(
            Text(
                "前两问已经对了。有问题的那些要再分：asked 是 True，交回3。",
                "The first two questions are right. Part the rest: asked is True gives 3.",
            ),
            "lambda owed, asked, fine: 1 if owed else 0 if fine else 2",
        ),
        Hint(
            Text("2和3反了：企业自己送的是放大（2），顾客要的是无限度（3）。", "2 and 3 are swapped: offered gives 2, asked for gives 3."),
            "lambda owed, asked, fine: 1 if owed else 0 if fine else 2 if asked else 3",
        ),
        Hint(
            Text(
                "先问欠不欠。本来就欠的，再正当、再承受得起，也不是恩惠。",
                "Ask first whether it is owed. What is owed is no favour, however proper and affordable.",
            ),
            "lambda owed, asked, fine: 0 if fine else 1 if owed else 3 if asked else 2",
        ),
        Hint(Text("四个结果，四条路。从上往下，一个 if 堵住一条。", "Four results, four ways. From the top, one if closes one.")),
        Hint(Text("最后两行：if asked: return 3，再 return 2。", "The last lines: if asked: return 3, then return 2.")),
    ),
    solution=Text(
        """\
def my_code(owed, asked, fine):
    if owed:
        return 1
    if fine:
        return 0
    if asked:
        return 3
    return 2
""",
        """\
def my_code(owed, asked, fine):
    if owed:
        return 1
    if fine:
        return 0
    if asked:
        return 3
    return 2
""",
    ),
)

best_standard = Practice(
    name="best_standard",
    chapter=1,
    title=Text("标准化到几成最合适", "The best degree of standardisation"),
    statement=Text(
        "客人的需求相差 `heterogeneity` 分，员工的发挥相差 `variability` 分（都是标准差）。标准化程度 s 在0到1之间。\n\n"
        "不合造成的损失，在 s =（`variability` 的平方）÷（两个数各自平方之和）的地方最小。把这个 s 写成函数。",
        "Guests' needs vary by `heterogeneity` points, the staff's work by `variability` points (standard deviations). "
        "The standardisation s lies between 0 and 1.\n\n"
        "The loss is least where s = (the square of `variability`) ÷ (the sum of both squares). Write this s as a function.",
    ),
    starter=Text(
        """\
def my_best(heterogeneity, variability):
    return variability / (heterogeneity + variability)  # 平方在哪里？
""",
        """\
def my_best(heterogeneity, variability):
    return variability / (heterogeneity + variability)  # where are the squares?
""",
    ),
    function="my_best",
    reference=optimal_standardisation,
    cases=((2, 2), (4, 2), (1, 3)),
    sampler=(Number("heterogeneity", 0.5, 4.0, 0.5), Number("variability", 0.5, 4.0, 0.5)),
    hints=(
        Hint(
            Text("差的是平方：Python里写成 variability ** 2。", "The squares are missing: variability ** 2 in Python."),
            "lambda h, v: v / (h + v)",
        ),
        Hint(
            Text(
                "反了。员工忽高忽低，才要多立标准；客人各有所需，才要少立标准。",
                "The other way round: uneven work calls for standards, different guests for fewer of them.",
            ),
            "lambda h, v: h ** 2 / (h ** 2 + v ** 2)",
        ),
        Hint(
            Text("先把两个平方加起来再除：分母要用括号括住。", "Add the squares before dividing: brackets around the denominator."),
            "lambda h, v: v ** 2 / h ** 2 + v ** 2",
        ),
        Hint(
            Text(
                "这是和的平方，不是平方的和：各自平方，再相加。",
                "This is the square of the sum. Square each, then add.",
            ),
            "lambda h, v: v ** 2 / (h + v) ** 2",
        ),
        Hint(Text("两个数一样大的时候，答案应该是0.5。先试这个例子。", "With two equal numbers the answer should be 0.5. Try that first.")),
        Hint(
            Text(
                "variability ** 2 / (heterogeneity ** 2 + variability ** 2)。",
                "variability ** 2 / (heterogeneity ** 2 + variability ** 2).",
            )
        ),
    ),
    solution=Text(
        """\
def my_best(heterogeneity, variability):
    return variability ** 2 / (heterogeneity ** 2 + variability ** 2)
""",
        """\
def my_best(heterogeneity, variability):
    return variability ** 2 / (heterogeneity ** 2 + variability ** 2)
""",
    ),
)

kappa = Practice(
    name="kappa",
    chapter=1,
    title=Text("扣掉碰巧，还剩几成一致", "Agreement beyond chance"),
    statement=Text(
        "两个人各自判断一批事是不是真服务：都说是的有 `both` 件，只有甲说是的有 `only_first` 件，"
        "只有乙说是的有 `only_second` 件，都说不是的有 `neither` 件。\n\n"
        "一致率 po 是两人说法相同的比例。碰巧一致率 pe =（甲说是的比例 × 乙说是的比例）+（甲说不是的比例 × 乙说不是的比例）。"
        "交回卡帕：(po − pe) ÷ (1 − pe)。",
        "Two people judge whether deeds are true service: both say yes to `both`, only the first to `only_first`, "
        "only the second to `only_second`, neither to `neither`.\n\n"
        "po is the share they agree on; pe = (share of yes of the first × that of the second) + (share of no × share of no). "
        "Return kappa: (po − pe) ÷ (1 − pe).",
    ),
    starter=Text(
        """\
def my_kappa(both, only_first, only_second, neither):
    n = both + only_first + only_second + neither
    po = (both + neither) / n
    first = (both + only_first) / n  # 甲说是的比例
    second = (both + only_second) / n  # 乙说是的比例
    return po  # 扣掉碰巧
""",
        """\
def my_kappa(both, only_first, only_second, neither):
    n = both + only_first + only_second + neither
    po = (both + neither) / n
    first = (both + only_first) / n  # share of yes, first
    second = (both + only_second) / n  # share of yes, second
    return po  # take chance off
""",
    ),
    function="my_kappa",
    reference=kappa_of_four,
    cases=((20, 5, 10, 15), (17, 1, 1, 1), (5, 5, 5, 5)),
    sampler=(Number("both", 1, 30), Number("only_first", 1, 10), Number("only_second", 1, 10), Number("neither", 1, 30)),
    hints=(
        Hint(
            Text(
                "这是一致率，碰巧的那一部分还没有扣掉。先算 pe。",
                "This is the plain agreement; chance is still in it. Find pe first.",
            ),
            "lambda a, b, c, d: (a + d) / (a + b + c + d)",
        ),
        Hint(
            Text(
                "pe 少了一半：两人碰巧都说“不是”，也算一致。加上 (1 - first) * (1 - second)。",
                "Half of pe is missing: both may say no by chance. Add (1 - first) * (1 - second).",
            ),
            "lambda a, b, c, d: ((a + d) / (a + b + c + d) - (a + b) * (a + c) / (a + b + c + d) ** 2)"
            " / (1 - (a + b) * (a + c) / (a + b + c + d) ** 2)",
        ),
        Hint(
            Text("只减不除还差一步：再除以 1 - pe，满分才是1。", "One step is missing: divide by 1 - pe, so that the best is 1."),
            "lambda a, b, c, d: (a + d) / (a + b + c + d) - ((a + b) * (a + c) + (c + d) * (b + d)) / (a + b + c + d) ** 2",
        ),
        Hint(
            Text(
                "先加一行 pe = first * second + (1 - first) * (1 - second)。",
                "Add a line: pe = first * second + (1 - first) * (1 - second).",
            )
        ),
        Hint(Text("最后一行：return (po - pe) / (1 - pe)。", "The last line: return (po - pe) / (1 - pe).")),
    ),
    solution=Text(
        """\
def my_kappa(both, only_first, only_second, neither):
    n = both + only_first + only_second + neither
    po = (both + neither) / n
    first = (both + only_first) / n
    second = (both + only_second) / n
    pe = first * second + (1 - first) * (1 - second)
    return (po - pe) / (1 - pe)
""",
        """\
def my_kappa(both, only_first, only_second, neither):
    n = both + only_first + only_second + neither
    po = (both + neither) / n
    first = (both + only_first) / n
    second = (both + only_second) / n
    pe = first * second + (1 - first) * (1 - second)
    return (po - pe) / (1 - pe)
""",
    ),
)
