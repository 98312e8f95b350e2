"""练一练 of chapter 8: retention rate, customer lifetime value, what five points less defection do to the length of life."""

from service_marketing.models.lifetime_value import clv as right_clv
from service_marketing.models.lifetime_value import profit_change, retention_rate
from service_marketing.simulations.spec import Text

from .spec import Hint, Number, Practice

retention = Practice(
    name="retention",
    chapter=8,
    title=Text("算保留率，别让新客混进来", "Retention without the newcomers"),
    statement=Text(
        "年初有 `start` 位会员，年末有 `end` 位，其中 `new` 位是这一年新来的。\n\n"
        "保留率是年初那批人里年末还在的占几成，从0到1。下面的函数把新来的也算成“留下的”，改对它。",
        "At the start of the year there are `start` members, at its end `end`, of whom `new` joined during the year.\n\n"
        "The retention rate is the share, 0 to 1, of those at the start who are still there. The function below counts newcomers as kept; mend it.",
    ),
    starter=Text(
        """\
def my_retention(start, end, new):
    return end / start  # 新来的不是留下的
""",
        """\
def my_retention(start, end, new):
    return end / start  # newcomers were not kept
""",
    ),
    function="my_retention",
    reference=retention_rate,
    cases=((200, 180, 40), (400, 100, 20), (250, 200, 0)),
    sampler=(Number("start", 200, 400, 10), Number("end", 60, 200, 10), Number("new", 10, 60, 10)),
    hints=(
        Hint(
            Text(
                "年末的人里有新来的。先从 end 里减去 new，再除。",
                "Some of those at the end are new. Take `new` off `end`, then divide.",
            ),
            "lambda start, end, new: end / start",
        ),
        Hint(
            Text(
                "分子对了，分母应当是年初的人数：问的是年初那批人还剩几成。",
                "The top is right; divide by the number at the start, for the question is about them.",
            ),
            "lambda start, end, new: (end - new) / end",
        ),
        Hint(
            Text("新客不在年初那批人里，分母不要加上他们。", "Newcomers were not there at the start: leave them out of the divisor."),
            "lambda start, end, new: (end - new) / (start + new)",
        ),
        Hint(
            Text("这是流失率，题目要的是保留率：用1减去它。", "This is the defection rate; the retention rate is 1 less it."),
            "lambda start, end, new: 1 - (end - new) / start",
        ),
        Hint(
            Text(
                "先手算第一例：200人里，年末的180人有40人是新的，老的还剩140人。",
                "By hand: of the 180 at the end 40 are new, so 140 of the 200 are still there.",
            )
        ),
        Hint(Text("(end − new) ÷ start。", "(end − new) ÷ start.")),
    ),
    solution=Text(
        """\
def my_retention(start, end, new):
    return (end - new) / start
""",
        """\
def my_retention(start, end, new):
    stayed = end - new
    return stayed / start
""",
    ),
)

clv = Practice(
    name="clv",
    chapter=8,
    title=Text("一位顾客的终身价值", "The lifetime value of a customer"),
    statement=Text(
        "一位顾客只要还在，每年年末带来 `margin` 元毛利；每年有 `retention` 的概率留下来，贴现率是 `discount`。"
        "第一年年末的那笔也要他还在才有。\n\n"
        "终身价值 = 毛利 × 保留率 ÷（1 + 贴现率 − 保留率）。下面的函数只用毛利乘寿命，没有贴现，也多算了眼下这一笔。把它改成上面的公式。",
        "A customer who is still there brings a margin of `margin` yuan at the end of each year, stays each year with probability "
        "`retention`, and the discount rate is `discount`. The first year's margin, too, needs the customer to stay.\n\n"
        "Lifetime value = margin × retention ÷ (1 + discount − retention). The function below multiplies margin by length of life, "
        "undiscounted, and counts one margin too many. Make it the formula.",
    ),
    starter=Text(
        """\
def my_clv(margin, retention, discount):
    life = 1 / (1 - retention)
    return margin * life  # 明年的钱不是今天的钱
""",
        """\
def my_clv(margin, retention, discount):
    life = 1 / (1 - retention)
    return margin * life  # next year's yuan is not today's
""",
    ),
    function="my_clv",
    reference=right_clv,
    cases=((1000, 0.8, 0.1), (2400, 0.7, 0.1), (500, 0.9, 0.05)),
    sampler=(Number("margin", 200, 3000, 100), Number("retention", 0.4, 0.9, 0.05), Number("discount", 0.05, 0.15, 0.01)),
    hints=(
        Hint(
            Text(
                "这是毛利乘寿命，等于不贴现，还把眼下这一笔算了进去。分母要加上贴现率，分子要乘保留率。",
                "This is margin times life: no discounting, and the present margin is in. Add the discount rate below and multiply by retention above.",
            ),
            "lambda m, r, i: m / (1 - r)",
        ),
        Hint(
            Text(
                "只差分子：明年的毛利要人还在才有，所以要再乘保留率。",
                "Only the top is missing: next year's margin comes only if the customer stays, so multiply by retention.",
            ),
            "lambda m, r, i: m / (1 + i - r)",
        ),
        Hint(
            Text("还没有贴现：分母是 1 + discount − retention。", "Not discounted yet: the divisor is 1 + discount − retention."),
            "lambda m, r, i: m * r / (1 - r)",
        ),
        Hint(
            Text(
                "贴现率的符号反了：贴现让价值变小，分母应当变大。", "The sign of the discount rate is wrong: discounting lowers the value."
            ),
            "lambda m, r, i: m * r / (1 - i - r)",
        ),
        Hint(
            Text(
                "这是含首笔的写法：眼下这一笔也算进来了。题目不含首笔，分子乘的是保留率。",
                "This is the value with the first margin. Here it is left out: multiply by retention above.",
            ),
            "lambda m, r, i: m * (1 + i) / (1 + i - r)",
        ),
        Hint(Text("先手算第一例：1000 × 0.8 ÷（1 + 0.1 − 0.8）。", "By hand: 1000 × 0.8 ÷ (1 + 0.1 − 0.8).")),
        Hint(
            Text(
                "注意括号：margin * retention / (1 + discount - retention)。",
                "Mind the brackets: margin * retention / (1 + discount - retention).",
            )
        ),
    ),
    solution=Text(
        """\
def my_clv(margin, retention, discount):
    return margin * retention / (1 + discount - retention)
""",
        """\
def my_clv(margin, retention, discount):
    left = 1 + discount - retention
    return margin * retention / left
""",
    ),
)

five_percent = Practice(
    name="five_points",
    chapter=8,
    title=Text("流失率少几个百分点，寿命长几成", "How much longer customers live"),
    statement=Text(
        "每年的流失率从 `defection` 减少 `cut`，例如从0.20减少0.05，变成0.15。顾客平均待的年数是1除以流失率。\n\n"
        "年数增加了几成？交回一个小数，0.33就是33%。下面的函数用减少的量除以原来的流失率，改对它。",
        "Yearly defection falls from `defection` by `cut`, say from 0.20 by 0.05 to 0.15. Customers stay 1 ÷ defection years on average.\n\n"
        "By what share does that rise? Hand back a decimal, 0.33 for 33%. The function below divides the cut by the old rate; mend it.",
    ),
    starter=Text(
        """\
def my_change(defection, cut):
    return cut / defection  # 算的是流失率降了几成，不是年数长了几成
""",
        """\
def my_change(defection, cut):
    return cut / defection  # how much defection fell, not how much life rose
""",
    ),
    function="my_change",
    reference=profit_change,
    cases=((0.2, 0.05), (0.1, 0.05), (0.4, 0.05)),
    sampler=(Number("defection", 0.1, 0.5, 0.05), Number("cut", 0.01, 0.06, 0.01)),
    hints=(
        Hint(
            Text(
                "这是流失率降了几成。要的是年数：先算1 ÷ 原来的流失率，再算1 ÷ 现在的流失率，看长了几成。",
                "This is how much defection fell. For years: 1 ÷ the old rate, 1 ÷ the new one, then the rise.",
            ),
            "lambda defection, cut: cut / defection",
        ),
        Hint(
            Text("这是多待了几年。还要除以原来的年数，才是几成。", "These are the years gained. Divide by the years before."),
            "lambda defection, cut: 1 / (defection - cut) - 1 / defection",
        ),
        Hint(
            Text("这是现在的年数与原来的比。增加了几成，要再减1。", "This is the ratio of the two. For the rise, take off 1."),
            "lambda defection, cut: defection / (defection - cut)",
        ),
        Hint(
            Text(
                "把减少的量当成了百分之几。题目说的是百分点：用 defection 减去 cut。",
                "You took the cut as per cent. It is points: defection − cut.",
            ),
            "lambda defection, cut: 1 / (1 - cut) - 1",
        ),
        Hint(
            Text("乘了100。题目要小数：0.33，不是33。", "You multiplied by 100. A decimal is wanted: 0.33, not 33."),
            "lambda defection, cut: 100 * (defection / (defection - cut) - 1)",
        ),
        Hint(Text("先手算第一例：原来5年，现在1 ÷ 0.15 = 6.67年。", "By hand: 5 years before, 1 ÷ 0.15 = 6.67 after.")),
        Hint(Text("（现在的年数 − 原来的年数）÷ 原来的年数。", "(years after − years before) ÷ years before.")),
    ),
    solution=Text(
        """\
def my_change(defection, cut):
    before = 1 / defection
    after = 1 / (defection - cut)
    return (after - before) / before
""",
        """\
def my_change(defection, cut):
    years_before = 1 / defection
    years_after = 1 / (defection - cut)
    return (years_after - years_before) / years_before
""",
    ),
)
