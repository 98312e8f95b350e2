"""练一练 of chapter 11: the share of two offers, what a price cut must bring, the list value behind a story."""

from service_marketing.models.value import implied_list_value, price_cut_break_even, value_share
from service_marketing.simulations.spec import Text

from .spec import Hint, Number, Practice

share = Practice(
    name="two_shares",
    chapter=11,
    title=Text("两家店，各分到几成客人", "Two hotels: who gets which share"),
    statement=Text(
        "我们的让渡价值是 `ours` 元，对手的是 `rival` 元，`sensitivity` 是客人对1元有多在意。\n\n"
        "每家的分量是 e 的（在意 × 让渡价值）次方，选我们的比例 = 我们的分量 ÷ 两家分量之和。"
        "下面的函数拿让渡价值直接相除，两家都是负数或一家是0时就闹笑话。改用分量。",
        "Our delivered value is `ours` yuan, the rival's `rival`; `sensitivity` says how much a yuan matters to the guests.\n\n"
        "Each offer weighs e to the power of (sensitivity × delivered value), and our share is our weight ÷ the sum of both. "
        "The function below divides the values themselves, which goes wrong as soon as one is 0 or negative. Use the weights.",
    ),
    starter=Text(
        """\
import math


def my_share(ours, rival, sensitivity):
    a = ours  # 改成 math.exp(……)
    b = rival
    return a / (a + b)
""",
        """\
import math


def my_share(ours, rival, sensitivity):
    a = ours  # make this math.exp(...)
    b = rival
    return a / (a + b)
""",
    ),
    function="my_share",
    reference=value_share,
    cases=((90, 140, 0.02), (140, 140, 0.02), (0, 50, 0.01)),
    sampler=(Number("ours", 10, 200, 5), Number("rival", 15, 195, 20), Number("sensitivity", 0.005, 0.04, 0.005)),
    hints=(
        Hint(
            Text(
                "还是让渡价值直接相除。先变成分量：a = math.exp(sensitivity * ours)，b 也一样。",
                "These are still the values themselves. Turn them into weights first: a = math.exp(sensitivity * ours), and b likewise.",
            ),
            "lambda ours, rival, s: ours / (ours + rival)",
        ),
        Hint(
            Text("反了：这是选对手的比例。", "The other way round: this is the rival's share."),
            "lambda ours, rival, s: 1 / (1 + 2.718281828459045 ** (s * (ours - rival)))",
        ),
        Hint(
            Text("分量之比不是比例，分母是两家的和。", "The ratio of the weights is no share: divide by the sum of both."),
            "lambda ours, rival, s: 2.718281828459045 ** (s * (ours - rival))",
        ),
        Hint(
            Text("忘了乘 sensitivity，客人变得一元都不让。", "The sensitivity is missing, so a single yuan decides all."),
            "lambda ours, rival, s: 1 / (1 + 2.718281828459045 ** (rival - ours))",
        ),
        Hint(Text("两家一样多时，答案应当是0.5。", "When both deliver the same, the answer is 0.5.")),
        Hint(Text("三行：两个分量各一行，再 return a / (a + b)。", "Three lines: one for each weight, then return a / (a + b).")),
    ),
    solution=Text(
        """\
import math


def my_share(ours, rival, sensitivity):
    a = math.exp(sensitivity * ours)
    b = math.exp(sensitivity * rival)
    return a / (a + b)
""",
        """\
import math


def my_share(ours, rival, sensitivity):
    a = math.exp(sensitivity * ours)
    b = math.exp(sensitivity * rival)
    return a / (a + b)
""",
    ),
)

price_cut = Practice(
    name="price_cut",
    chapter=11,
    title=Text("降价以后，要多卖几成才不亏", "How much more a price cut must sell"),
    statement=Text(
        "一间房原来卖 `price` 元，新价 `new_price` 元，每卖一间要多花 `unit_cost` 元（布草、早餐、佣金）。\n\n"
        "写出保住原来的利润所需的销量变化：0.5 是多卖五成，负数是少卖也不亏。下面的函数以为“降一成，多卖一成就够”。",
        "A room used to sell for `price` yuan, the new price is `new_price`, and each room sold costs `unit_cost` yuan (linen, breakfast, commission).\n\n"
        "Return the change of volume that keeps the old profit: 0.5 is half as much again, a negative one is what may be lost. "
        "The function below believes that a cut of a tenth needs a tenth more.",
    ),
    starter=Text(
        """\
def my_needed(price, new_price, unit_cost):
    return (price - new_price) / price
""",
        """\
def my_needed(price, new_price, unit_cost):
    return (price - new_price) / price
""",
    ),
    function="my_needed",
    reference=price_cut_break_even,
    cases=((260, 230, 180), (100, 90, 60), (100, 110, 60)),
    sampler=(Number("price", 200, 400, 10), Number("new_price", 190, 390, 20), Number("unit_cost", 60, 160, 10)),
    hints=(
        Hint(
            Text(
                "没有用到成本。降价吃掉的是毛利：新的毛利是 new_price - unit_cost，少收的那几元要靠它补回来。",
                "The cost is not in it. A cut eats the margin: what is left is new_price - unit_cost, and that must win back what is given away.",
            ),
            "lambda p, n, c: (p - n) / p",
        ),
        Hint(
            Text(
                "分母是新的毛利，不是旧的：多卖的每一间，赚的也是新价。",
                "Divide by the new margin, not the old: each extra room sells at the new price.",
            ),
            "lambda p, n, c: (p - n) / (p - c)",
        ),
        Hint(
            Text("分母是新的毛利，不是新价。", "Divide by the new margin, not by the new price."),
            "lambda p, n, c: (p - n) / n",
        ),
        Hint(
            Text("这是新销量是旧销量的几倍，还要减1。", "This is how many times the old volume; take off 1."),
            "lambda p, n, c: (p - c) / (n - c)",
        ),
        Hint(
            Text("符号反了：降价要多卖，应当是正数。", "The sign is turned: a cut needs more, so it is positive."),
            "lambda p, n, c: (n - p) / (n - c)",
        ),
        Hint(
            Text(
                "先算第一个例子：原来每间赚80元，现在赚50元。卖几间新的，抵得上10间旧的？",
                "Work the first case: each room earned 80, now 50. How many new ones are worth 10 old ones?",
            )
        ),
        Hint(Text("少收的钱 ÷ 新的毛利。", "What is given away ÷ the new margin.")),
    ),
    solution=Text(
        """\
def my_needed(price, new_price, unit_cost):
    return (price - new_price) / (new_price - unit_cost)
""",
        """\
def my_needed(price, new_price, unit_cost):
    return (price - new_price) / (new_price - unit_cost)
""",
    ),
)

list_value = Practice(
    name="list_value",
    chapter=11,
    title=Text("故事要成立，原标价该是多少", "What the goods must have been priced at"),
    statement=Text(
        "一批货的账面成本是 `book_cost` 万元，全部按原标价的 `paid` 倍卖光，账面盈亏是 `profit` 万元（亏损是负数）。\n\n"
        "倒推这批货的原标价总额，多少万元。下面的函数把盈亏的符号弄反了，也忘了打折。",
        "Goods stand in the books at `book_cost` (10,000 yuan), all are sold at `paid` of the list price, and the book profit is `profit` (negative for a loss).\n\n"
        "Work back to their list value, in 10,000 yuan. The function below has the sign of the profit wrong and forgets the discount.",
    ),
    starter=Text(
        """\
def my_list_value(book_cost, profit, paid):
    revenue = book_cost - profit
    return revenue
""",
        """\
def my_list_value(book_cost, profit, paid):
    revenue = book_cost - profit
    return revenue
""",
    ),
    function="my_list_value",
    reference=implied_list_value,
    cases=((40, -10, 0.5), (40, 5, 0.5), (20, 4, 0.8)),
    sampler=(Number("book_cost", 20, 80, 5), Number("profit", -15, 15, 2), Number("paid", 0.3, 0.9, 0.1)),
    hints=(
        Hint(
            Text(
                "收入 = 成本 + 盈亏：亏10万，收入就比成本少10万。",
                "Revenue = cost + profit: with a loss of 10 it is 10 below the cost.",
            ),
            "lambda cost, profit, paid: cost - profit",
        ),
        Hint(
            Text(
                "收入对了。它是打折后的，要还原成原标价。", "The revenue is right. It is after the discount; turn it back into list prices."
            ),
            "lambda cost, profit, paid: cost + profit",
        ),
        Hint(
            Text("折扣还原对了，盈亏的符号还是反的。", "The discount is right; the sign of the profit is still turned."),
            "lambda cost, profit, paid: (cost - profit) / paid",
        ),
        Hint(
            Text(
                "还原要除以折扣，不是乘：原标价比收入大。",
                "Divide by the discount, do not multiply: the list value is larger than the revenue.",
            ),
            "lambda cost, profit, paid: (cost + profit) * paid",
        ),
        Hint(Text("两步：先由成本和盈亏得到收入，再除以 paid。", "Two steps: revenue from cost and profit, then divide by paid.")),
        Hint(Text("第一个例子：收入30万，半价，原标价60万。", "The first case: revenue 30, half price, list value 60.")),
    ),
    solution=Text(
        """\
def my_list_value(book_cost, profit, paid):
    revenue = book_cost + profit
    return revenue / paid
""",
        """\
def my_list_value(book_cost, profit, paid):
    revenue = book_cost + profit
    return revenue / paid
""",
    ),
)
