"""练一练 of chapter 6: how content a guest is after a failure and its recovery, and how much must be solved to invite complaints."""

from service_marketing.models.complaints import break_even_resolution, recovered_satisfaction
from service_marketing.simulations.spec import Text

from .spec import Hint, Number, Practice

recovered = Practice(
    name="recovered",
    chapter=6,
    title=Text("补救之后，客人有多满意", "How content after the recovery"),
    statement=Text(
        "`before` 是没出错时的满意度（1到9分），`severity` 是失误的严重程度，`dj`、`pj`、`ij` 是三种公平，`match` 是对不对路，后五个都是0到1。\n\n"
        "严重程度每1扣4分；分配公平每1加1分，程序公平、互动公平每1各加1.5分，对路每1加0.5分。"
        "满意度不出1到9分的范围。下面的函数只看了赔偿，把它补全。",
        "`before` is satisfaction without a failure (1 to 9), `severity` how bad the failure was, `dj`, `pj` and `ij` the three justices "
        "and `match` the fit of the remedy, the last five from 0 to 1.\n\n"
        "Severity takes 4 points per unit; distributive justice gives 1, procedural and interactional 1.5 each, the fit 0.5. "
        "Satisfaction stays within 1 and 9. The function below looks at compensation only; complete it.",
    ),
    starter=Text(
        """\
def my_recovered(before, severity, dj, pj, ij, match):
    after = before - 4 * severity + 1 * dj
    # 在这里加上程序公平、互动公平和对路
    return after  # 别超出1到9分
""",
        """\
def my_recovered(before, severity, dj, pj, ij, match):
    after = before - 4 * severity + 1 * dj
    # add procedural and interactional justice and the fit here
    return after  # stay within 1 and 9
""",
    ),
    function="my_recovered",
    reference=recovered_satisfaction,
    cases=((6.5, 0.4, 0.7, 0.6, 0.5, 0.5), (6.5, 0.4, 1.0, 0.0, 0.0, 0.0), (8.5, 0.1, 1.0, 1.0, 1.0, 1.0), (3.0, 0.8, 0.0, 0.0, 0.0, 0.0)),
    sampler=(
        Number("before", 2, 9, 0.5),
        Number("severity", 0, 1, 0.1),
        Number("dj", 0, 1, 0.1),
        Number("pj", 0, 1, 0.1),
        Number("ij", 0, 1, 0.1),
        Number("match", 0, 1, 0.1),
    ),
    hints=(
        Hint(
            Text("现在只算了赔偿。还差三项：程序、互动、对路。", "Only compensation counts so far. Three terms are missing."),
            "lambda b, s, d, p, i, m: b - 4 * s + d",
        ),
        Hint(
            Text("四项都有了，还要截住：低于1算1，高于9算9。", "All terms are there; now cut at 1 and 9."),
            "lambda b, s, d, p, i, m: b - 4 * s + d + 1.5 * p + 1.5 * i + 0.5 * m",
        ),
        Hint(
            Text("三种公平的分量不一样：分配是1，程序和互动各是1.5。", "The weights differ: 1 for distributive, 1.5 for the others."),
            "lambda b, s, d, p, i, m: min(9, max(1, b - 4 * s + d + p + i + 0.5 * m))",
        ),
        Hint(
            Text("对不对路还没有算进去，它每1加0.5分。", "The fit is missing; it gives 0.5 per unit."),
            "lambda b, s, d, p, i, m: min(9, max(1, b - 4 * s + d + 1.5 * p + 1.5 * i))",
        ),
        Hint(
            Text("失误是扣分的，符号应当是减。", "The failure takes points off: the sign is minus."),
            "lambda b, s, d, p, i, m: min(9, max(1, b + 4 * s + d + 1.5 * p + 1.5 * i + 0.5 * m))",
        ),
        Hint(
            Text(
                "先手算第二个例子：6.5扣1.6，只赔钱加1，得5.9。",
                "Work the second example by hand: 6.5 less 1.6, money alone adds 1: 5.9.",
            )
        ),
        Hint(Text("最后一行可以写成 min(9, max(1, after))。", "The last line can be min(9, max(1, after)).")),
    ),
    solution=Text(
        """\
def my_recovered(before, severity, dj, pj, ij, match):
    after = before - 4 * severity + 1 * dj
    after = after + 1.5 * pj + 1.5 * ij + 0.5 * match
    return min(9, max(1, after))
""",
        """\
def my_recovered(before, severity, dj, pj, ij, match):
    after = before - 4 * severity + 1 * dj
    after = after + 1.5 * pj + 1.5 * ij + 0.5 * match
    return min(9, max(1, after))
""",
    ),
)

threshold = Practice(
    name="threshold",
    chapter=6,
    title=Text("至少解决几成，请人开口才留得住人", "How much must be solved before inviting complaints keeps guests"),
    statement=Text(
        "投诉解决了的客人有 `solved` 留下，没解决的有 `unsolved` 留下，没出声的有 `silent` 留下。\n\n"
        "解决的比例是r时，开口的人平均有 r × `solved` + (1 − r) × `unsolved` 留下。"
        "r至少要多大，开口的人才和不开口的一样肯留？0以下表示怎样都留得住，照算出来的交回。",
        "Of guests whose complaint was solved a share `solved` stays, of the others `unsolved`, of the silent `silent`.\n\n"
        "When a share r is solved, r × `solved` + (1 − r) × `unsolved` of those who speak up stay. "
        "At which r do they stay as readily as the silent? Below 0 it always pays; hand back what you get.",
    ),
    starter=Text(
        """\
def my_threshold(solved, unsolved, silent):
    return silent / solved  # 没解决的那些人去哪了？
""",
        """\
def my_threshold(solved, unsolved, silent):
    return silent / solved  # where are the unsolved?
""",
    ),
    function="my_threshold",
    reference=break_even_resolution,
    cases=((0.7, 0.2, 0.4), (0.8, 0.1, 0.1), (0.6, 0.3, 0.2)),
    sampler=(Number("solved", 0.5, 0.95, 0.05), Number("unsolved", 0, 0.4, 0.05), Number("silent", 0.1, 0.8, 0.05)),
    hints=(
        Hint(
            Text(
                "这等于说没解决的人一个也不留。他们也留下了 unsolved 那么多。",
                "This says that none of the unsolved stay. A share `unsolved` of them does.",
            ),
            "lambda s, u, n: n / s",
        ),
        Hint(
            Text("分母对了，分子还要减去没解决也会留下的那一份。", "The divisor is right; take `unsolved` off above the line too."),
            "lambda s, u, n: n / (s - u)",
        ),
        Hint(
            Text("分子对了。分母是解决与没解决之间的差。", "The upper part is right. Divide by solved less unsolved."),
            "lambda s, u, n: (n - u) / s",
        ),
        Hint(
            Text("这是解决与沉默之差的占比，反了：从没解决的那一头量起。", "The wrong end: measure from unsolved."),
            "lambda s, u, n: (s - n) / (s - u)",
        ),
        Hint(Text("令 r × solved + (1 − r) × unsolved = silent，把r解出来。", "Solve r × solved + (1 − r) × unsolved = silent for r.")),
        Hint(Text("移项：r × (solved − unsolved) = silent − unsolved。", "Rearranged: r × (solved − unsolved) = silent − unsolved.")),
    ),
    solution=Text(
        """\
def my_threshold(solved, unsolved, silent):
    return (silent - unsolved) / (solved - unsolved)
""",
        """\
def my_threshold(solved, unsolved, silent):
    return (silent - unsolved) / (solved - unsolved)
""",
    ),
)
