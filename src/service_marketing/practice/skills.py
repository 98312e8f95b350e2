"""练一练 of chapter 5: the self-test of communication, the learning curve, how far a mean of ratings can be trusted."""

from service_marketing.models.skills import reliability_of_mean, unit_time
from service_marketing.simulations.spec import Text

from .references import four_abilities
from .spec import Hint, Number, Numbers, Practice

self_test = Practice(
    name="self_test",
    chapter=5,
    title=Text("给16项自评计分", "Score the self-test of 16 items"),
    statement=Text(
        "自评有16题，每题1到5分，`answers` 是按题号排好的16个数。四项能力各由四题相加："
        "接触3、5、10、15题，争取资料1、4、9、12题，提供资料2、8、14、16题，影响和处理6、7、11、13题。\n\n"
        "交回四个合计，次序照上面。留神：列表的第一个数是 `answers[0]`，所以第3题是 `answers[2]`。",
        "The self-test has 16 items of 1 to 5 points; `answers` are the 16 numbers in the order of the items. Each ability is a sum "
        "of four: contact 3, 5, 10, 15; asking 1, 4, 9, 12; informing 2, 8, 14, 16; influencing 6, 7, 11, 13.\n\n"
        "Hand back the four sums in that order. Mind that a list begins at `answers[0]`, so item 3 is `answers[2]`.",
    ),
    starter=Text(
        """\
def my_scores(answers):
    contact = answers[2] + answers[4] + answers[9] + answers[14]
    asking = answers[0] + answers[3] + answers[8] + answers[11]
    informing = 0  # 第2、8、14、16题
    influencing = 0  # 第6、7、11、13题
    return contact, asking, informing, influencing
""",
        """\
def my_scores(answers):
    contact = answers[2] + answers[4] + answers[9] + answers[14]
    asking = answers[0] + answers[3] + answers[8] + answers[11]
    informing = 0  # items 2, 8, 14, 16
    influencing = 0  # items 6, 7, 11, 13
    return contact, asking, informing, influencing
""",
    ),
    function="my_scores",
    reference=four_abilities,
    cases=(
        ([3] * 16,),
        ([1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1],),
        ([5, 4, 5, 4, 5, 2, 2, 4, 5, 5, 1, 4, 2, 3, 5, 4],),
    ),
    sampler=(Numbers("answers", 1, 5, 1, (16, 16)),),
    hints=(
        Hint(
            Text(
                "前两项已经对了。后两项照样写：第2题是 answers[1]。", "The first two are right. Do the others alike: item 2 is answers[1]."
            ),
            "lambda a: (a[2] + a[4] + a[9] + a[14], a[0] + a[3] + a[8] + a[11], 0, 0)",
        ),
        Hint(
            Text(
                "后两项错了一格：列表从0数起，第16题是 answers[15]，第13题是 answers[12]。",
                "The last two are one place off: lists count from 0, item 16 is answers[15] and item 13 answers[12].",
            ),
            "lambda a: (a[2] + a[4] + a[9] + a[14], a[0] + a[3] + a[8] + a[11], a[2] + a[8] + a[14] + a[0], a[6] + a[7] + a[11] + a[13])",
        ),
        Hint(
            Text("这是平均分。交回四题的合计，不用除以4。", "These are means. Hand back the sums of four items, not divided by 4."),
            "lambda a: ((a[2] + a[4] + a[9] + a[14]) / 4, (a[0] + a[3] + a[8] + a[11]) / 4, (a[1] + a[7] + a[13] + a[15]) / 4, "
            "(a[5] + a[6] + a[10] + a[12]) / 4)",
        ),
        Hint(
            Text(
                "第三项和第四项换了位置：先提供资料，后影响和处理。",
                "The third and the fourth are swapped: informing comes before influencing.",
            ),
            "lambda a: (a[2] + a[4] + a[9] + a[14], a[0] + a[3] + a[8] + a[11], a[5] + a[6] + a[10] + a[12], a[1] + a[7] + a[13] + a[15])",
        ),
        Hint(Text("全打3分时，四项都应是12。先拿这个例子对一对。", "With threes throughout each ability is 12. Check that first.")),
    ),
    solution=Text(
        """\
def my_scores(answers):
    contact = answers[2] + answers[4] + answers[9] + answers[14]
    asking = answers[0] + answers[3] + answers[8] + answers[11]
    informing = answers[1] + answers[7] + answers[13] + answers[15]
    influencing = answers[5] + answers[6] + answers[10] + answers[12]
    return contact, asking, informing, influencing
""",
        """\
def my_scores(answers):
    contact = answers[2] + answers[4] + answers[9] + answers[14]
    asking = answers[0] + answers[3] + answers[8] + answers[11]
    informing = answers[1] + answers[7] + answers[13] + answers[15]
    influencing = answers[5] + answers[6] + answers[10] + answers[12]
    return contact, asking, informing, influencing
""",
    ),
)

learning_curve = Practice(
    name="learning_curve",
    chapter=5,
    title=Text("第n位客人要办多久", "How long the nth guest takes"),
    statement=Text(
        "新人办第一位客人用了 `first` 分钟。学习曲线说：经验每翻一番，用时变成原来的 `rate` 倍。"
        "所以第2位是 first·rate，第4位是 first·rate²，第8位是 first·rate³。\n\n"
        "写一个函数，算第 `n` 位客人要几分钟。从1到n翻了几番，由 `doublings` 那一行算出（可以有小数）。",
        "A newcomer took `first` minutes for the first guest. By the learning curve the time is multiplied by `rate` whenever "
        "experience doubles: the 2nd takes first·rate, the 4th first·rate², the 8th first·rate³.\n\n"
        "Write a function for the minutes of guest `n`. The line `doublings` says how often 1 doubles to make n (decimals are fine).",
    ),
    starter=Text(
        """\
import math


def my_time(n, first, rate):
    doublings = math.log(n) / math.log(2)
    return first * rate ** n  # 是每翻一番乘一次，还是每来一位乘一次？
""",
        """\
import math


def my_time(n, first, rate):
    doublings = math.log(n) / math.log(2)
    return first * rate ** n  # once for every doubling, or once for every guest?
""",
    ),
    function="my_time",
    reference=unit_time,
    cases=((1, 12, 0.8), (8, 12, 0.8), (100, 10, 0.9)),
    sampler=(Number("n", 1, 60), Number("first", 4, 20), Number("rate", 0.6, 0.95, 0.05)),
    hints=(
        Hint(
            Text(
                "这样每来一位就乘一次 rate，第8位快得不像话。指数应该是翻番的次数 doublings。",
                "This multiplies once for every guest, and the 8th is absurdly fast. The exponent is the number of doublings.",
            ),
            "lambda n, first, rate: first * rate ** n",
        ),
        Hint(
            Text(
                "还是每来一位乘一次，只是从第2位开始乘。指数换成 doublings。",
                "Still once for every guest, from the second on. The exponent is doublings.",
            ),
            "lambda n, first, rate: first * rate ** (n - 1)",
        ),
        Hint(
            Text("rate 要自乘 doublings 次，不是乘以 doublings。", "rate is to be raised to the power of doublings, not multiplied by it."),
        ),
        Hint(
            Text(
                "只乘一次 rate 是第2位的用时。翻几番就要乘几次。",
                "One multiplication gives the 2nd guest. Multiply once for every doubling.",
            ),
            "lambda n, first, rate: first * rate",
        ),
        Hint(
            Text(
                "翻番用的是以2为底的对数：math.log(n) 要除以 math.log(2)。",
                "Doublings need the logarithm to base 2: divide math.log(n) by math.log(2).",
            ),
        ),
        Hint(Text("第1位：翻了0番，用时就是 first。", "Guest 1: no doubling, the time is first.")),
    ),
    solution=Text(
        """\
import math


def my_time(n, first, rate):
    doublings = math.log(n) / math.log(2)
    return first * rate ** doublings
""",
        """\
import math


def my_time(n, first, rate):
    doublings = math.log(n) / math.log(2)
    return first * rate ** doublings
""",
    ),
)

reliability = Practice(
    name="mean_reliability",
    chapter=5,
    title=Text("几张评分才靠得住", "How many ratings it takes"),
    statement=Text(
        "单独一张评分的组内相关是 `icc`：评分的差别里，有这么大的一份属于被评的人，其余属于这一次。"
        "把同一个人的 `k` 张评分平均起来，“这一次”的那份缩成原来的k分之一，属于人的那份不变。\n\n"
        "交回平均分的信度：属于人的那份 ÷（属于人的那份 + 缩小之后的其余）。",
        "A single rating has the intraclass correlation `icc`: this share of what ratings differ by belongs to who is rated, the rest "
        "to the occasion. In the mean of `k` ratings of one person the rest shrinks to one kth and the person's share stays.\n\n"
        "Hand back the reliability of the mean: the person's share ÷ (the person's share + the shrunken rest).",
    ),
    starter=Text(
        """\
def my_reliability(icc, k):
    person = icc
    rest = 1 - icc  # 平均之后会变小
    return person / (person + rest)
""",
        """\
def my_reliability(icc, k):
    person = icc
    rest = 1 - icc  # smaller after averaging
    return person / (person + rest)
""",
    ),
    function="my_reliability",
    reference=reliability_of_mean,
    cases=((0.16, 1), (0.16, 10), (0.03, 75)),
    sampler=(Number("icc", 0.01, 0.4, 0.01), Number("k", 1, 120)),
    hints=(
        Hint(
            Text("这还是一张评分的信度。其余的那份要除以 k。", "This is still the reliability of one rating. Divide the rest by k."),
            "lambda icc, k: icc",
        ),
        Hint(
            Text(
                "评分多了，属于人的那份不会变大；变小的是其余。k张的信度也不会超过1。",
                "More ratings do not make the person's share larger; the rest shrinks. And no reliability exceeds 1.",
            ),
            "lambda icc, k: icc * k",
        ),
        Hint(
            Text("把 k 用反了：是其余缩小，不是属于人的那份缩小。", "k is used the wrong way: the rest shrinks, not the person's share."),
            "lambda icc, k: (icc / k) / (icc / k + 1 - icc)",
        ),
        Hint(
            Text(
                "方差缩成k分之一，标准差才是根号k分之一。这里分的是方差。",
                "Variance shrinks to one kth; it is the standard deviation that goes by the square root. Shares are of variance.",
            ),
            "lambda icc, k: icc / (icc + (1 - icc) / k ** 0.5)",
        ),
        Hint(Text("rest = (1 - icc) / k，其余照旧。", "rest = (1 - icc) / k, all else as it is.")),
    ),
    solution=Text(
        """\
def my_reliability(icc, k):
    person = icc
    rest = (1 - icc) / k
    return person / (person + rest)
""",
        """\
def my_reliability(icc, k):
    person = icc
    rest = (1 - icc) / k
    return person / (person + rest)
""",
    ),
)
