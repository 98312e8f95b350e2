"""练一练 of chapter 4: reliability of a scale, reliability of a gap score, mending the gaps for a budget."""

from service_marketing.models.quality import standardised_alpha
from service_marketing.simulations.spec import Text

from .references import gap_score_reliability, gap_that_remains
from .spec import Hint, Number, Practice

alpha = Practice(
    name="alpha_by_items",
    chapter=4,
    title=Text("题目越多，α越高", "More items, higher alpha"),
    statement=Text(
        "一份量表有 `items` 道题，题与题之间的平均相关是 `mean_correlation`。标准化的克朗巴赫α是\n\n"
        "题数 × 平均相关 ÷（1 +（题数 − 1）× 平均相关）。\n\n"
        "下面的函数交回的还是平均相关。改好以后，试试平均相关0.3时，3道题和20道题的α各是多少。",
        "A scale has `items` items whose mean correlation is `mean_correlation`. Standardised alpha is\n\n"
        "items × correlation ÷ (1 + (items − 1) × correlation).\n\n"
        "The function below hands back the mean correlation. Mend it, then compare 3 items and 20 items at a correlation of 0.3.",
    ),
    starter=Text(
        """\
def my_alpha(items, mean_correlation):
    return mean_correlation  # 题数还没有用上
""",
        """\
def my_alpha(items, mean_correlation):
    return mean_correlation  # the number of items is not used yet
""",
    ),
    function="my_alpha",
    reference=standardised_alpha,
    cases=((3, 0.3), (20, 0.3), (2, 0.5)),
    sampler=(Number("items", 2, 25), Number("mean_correlation", 0.05, 0.9, 0.05)),
    hints=(
        Hint(
            Text(
                "这还是平均相关。题数要同时进分子和分母。", "This is still the mean correlation. The items belong above and below the line."
            ),
            "lambda items, r: r",
        ),
        Hint(
            Text(
                "分子对了，还要除以 1 + (items - 1) * mean_correlation。", "The top is right; divide by 1 + (items - 1) * mean_correlation."
            ),
            "lambda items, r: items * r",
        ),
        Hint(
            Text(
                "分母里是题数减1：自己跟自己的相关已经算成那个1了。",
                "Below the line it is items − 1: an item's correlation with itself is that 1.",
            ),
            "lambda items, r: items * r / (1 + items * r)",
        ),
        Hint(
            Text(
                "少了括号：先算整个分母，再去除。",
                "A bracket is missing: work out the whole of the bottom first, then divide.",
            ),
            "lambda items, r: items * r / 1 + (items - 1) * r",
        ),
        Hint(Text("先手算：2道题、相关0.5，得 2×0.5 ÷ 1.5 ≈ 0.667。", "By hand first: 2 items at 0.5 give 2×0.5 ÷ 1.5 ≈ 0.667.")),
    ),
    solution=Text(
        """\
def my_alpha(items, mean_correlation):
    return items * mean_correlation / (1 + (items - 1) * mean_correlation)
""",
        """\
def my_alpha(items, mean_correlation):
    return items * mean_correlation / (1 + (items - 1) * mean_correlation)
""",
    ),
)

difference = Practice(
    name="gap_score_reliability",
    chapter=4,
    title=Text("相减之后还剩几成可信", "How reliable is the difference"),
    statement=Text(
        "感知分的信度是 `perception`，期望分的信度是 `expectation`，两者的相关是 `correlation`，离散程度一样大。差距分数的信度是\n\n"
        "（两个信度的平均 − 相关）÷（1 − 相关）。\n\n"
        "下面的函数只取了平均，像很多报告那样。把它改对。",
        "Perceptions have reliability `perception`, expectations `expectation`, they correlate at `correlation` and spread equally. "
        "The reliability of the gap score is\n\n"
        "(mean of the two reliabilities − correlation) ÷ (1 − correlation).\n\n"
        "The function below takes the mean only, as many reports do. Mend it.",
    ),
    starter=Text(
        """\
def my_reliability(perception, expectation, correlation):
    mean = (perception + expectation) / 2
    return mean  # 相关还没有用上
""",
        """\
def my_reliability(perception, expectation, correlation):
    mean = (perception + expectation) / 2
    return mean  # the correlation is not used yet
""",
    ),
    function="my_reliability",
    reference=gap_score_reliability,
    cases=((0.8, 0.8, 0.6), (0.8, 0.8, 0.0), (0.9, 0.7, 0.5)),
    sampler=(
        Number("perception", 0.5, 0.95, 0.05),
        Number("expectation", 0.5, 0.95, 0.05),
        Number("correlation", 0.0, 0.6, 0.05),
    ),
    hints=(
        Hint(
            Text(
                "这是两个信度的平均。相关越高，相减减掉的真东西越多，要把它用上。",
                "This is the mean. The higher the correlation, the more truth is subtracted: use it.",
            ),
            "lambda p, e, r: (p + e) / 2",
        ),
        Hint(
            Text(
                "分子对了，还要除以 1 − 相关：差距分数的总变异也变小了。",
                "The top is right; divide by 1 − correlation, for the difference varies less, too.",
            ),
            "lambda p, e, r: (p + e) / 2 - r",
        ),
        Hint(
            Text("两个信度先平均（除以2），再减相关。", "Average the two reliabilities (divide by 2), then take off the correlation."),
            "lambda p, e, r: (p + e - r) / (1 - r)",
        ),
        Hint(
            Text("括号：先算完分子，再除以（1 − 相关）。", "Brackets: finish the top first, then divide by (1 − correlation)."),
            "lambda p, e, r: (p + e) / 2 - r / (1 - r)",
        ),
        Hint(Text("手算第一个例子：(0.8 − 0.6) ÷ (1 − 0.6) = 0.5。", "The first example by hand: (0.8 − 0.6) ÷ (1 − 0.6) = 0.5.")),
    ),
    solution=Text(
        """\
def my_reliability(perception, expectation, correlation):
    mean = (perception + expectation) / 2
    return (mean - correlation) / (1 - correlation)
""",
        """\
def my_reliability(perception, expectation, correlation):
    mean = (perception + expectation) / 2
    return (mean - correlation) / (1 - correlation)
""",
    ),
)

remaining = Practice(
    name="gap_that_remains",
    chapter=4,
    title=Text("钱花在最省的地方，还剩几分", "Spend where it goes furthest"),
    statement=Text(
        "四个差距是 `knowledge`、`standards`、`delivery`、`communication`（分，负数表示有富余）。"
        "补1分依次要10、15、40、5万元，手里有 `budget` 万元。\n\n"
        "从最便宜的补起，钱花完为止；负的差距不用补，也退不回钱。交回还剩下的总差距。"
        "下面的函数照1到4的次序补，还从负的差距里“退”出钱来。把两处都改好。",
        "The four gaps are `knowledge`, `standards`, `delivery` and `communication` (points; negative: something to spare). "
        "Closing a point costs 10, 15, 40 and 5 units of 10,000 yuan in turn; there are `budget` units to spend.\n\n"
        "Begin with the cheapest and go on until the money is gone; a negative gap is left alone and gives no money back. "
        "Hand back the total that is left. The function below goes from 1 to 4 and takes money out of negative gaps. Mend both.",
    ),
    starter=Text(
        """\
def my_remaining(knowledge, standards, delivery, communication, budget):
    left = 0
    for gap, cost in [(knowledge, 10), (standards, 15), (delivery, 40), (communication, 5)]:
        mended = min(gap, budget / cost)
        budget = budget - mended * cost
        left = left + gap - mended
    return left
""",
        """\
def my_remaining(knowledge, standards, delivery, communication, budget):
    left = 0
    for gap, cost in [(knowledge, 10), (standards, 15), (delivery, 40), (communication, 5)]:
        mended = min(gap, budget / cost)
        budget = budget - mended * cost
        left = left + gap - mended
    return left
""",
    ),
    function="my_remaining",
    reference=gap_that_remains,
    cases=((0.8, 0.6, 1.2, 1.0, 20), (0.2, 0.2, 0.2, 2.5, 5), (1.0, 0.5, -0.5, -1.0, 10)),
    sampler=(
        Number("knowledge", -1.0, 3.0, 0.1),
        Number("standards", -1.0, 3.0, 0.1),
        Number("delivery", -1.0, 3.0, 0.1),
        Number("communication", -1.0, 3.0, 0.1),
        Number("budget", 0, 120, 5),
    ),
    hints=(
        Hint(
            Text(
                "次序对了，负的差距还在退钱：补的分数最少是0，写 max(0, min(gap, budget / cost))。",
                "The order is right, but negative gaps still give money: at least 0 is mended, max(0, min(gap, budget / cost)).",
            ),
            "lambda a, b, c, d, money: (lambda m4: (lambda m1: (lambda m2: a + b + c + d - m4 - m1 - m2"
            " - min(c, (money - 5 * m4 - 10 * m1 - 15 * m2) / 40))(min(b, (money - 5 * m4 - 10 * m1) / 15)))"
            "(min(a, (money - 5 * m4) / 10)))(min(d, money / 5))",
        ),
        Hint(
            Text(
                "负的差距处理好了，次序还是1到4：最便宜的是差距4，先补它。",
                "Negative gaps are right, the order is still 1 to 4: gap 4 is the cheapest, mend it first.",
            ),
            "lambda a, b, c, d, money: (lambda m1: (lambda m2: (lambda m3: a + b + c + d - m1 - m2 - m3"
            " - max(0, min(d, (money - 10 * m1 - 15 * m2 - 40 * m3) / 5)))(max(0, min(c, (money - 10 * m1 - 15 * m2) / 40))))"
            "(max(0, min(b, (money - 10 * m1) / 15))))(max(0, min(a, money / 10)))",
        ),
        Hint(
            Text(
                "两处：把 (communication, 5) 挪到最前面；补的分数不能小于0。",
                "Two things: move (communication, 5) to the front; never mend less than 0.",
            )
        ),
    ),
    solution=Text(
        """\
def my_remaining(knowledge, standards, delivery, communication, budget):
    left = 0
    for gap, cost in [(communication, 5), (knowledge, 10), (standards, 15), (delivery, 40)]:
        mended = max(0, min(gap, budget / cost))
        budget = budget - mended * cost
        left = left + gap - mended
    return left
""",
        """\
def my_remaining(knowledge, standards, delivery, communication, budget):
    left = 0
    for gap, cost in [(communication, 5), (knowledge, 10), (standards, 15), (delivery, 40)]:
        mended = max(0, min(gap, budget / cost))
        budget = budget - mended * cost
        left = left + gap - mended
    return left
""",
    ),
)
