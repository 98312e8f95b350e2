"""练一练 of chapter 3: net promoter score, satisfaction index, asymmetric satisfaction, Kano coefficients."""

from service_marketing.models.satisfaction import kano_coefficients
from service_marketing.models.satisfaction import nps as right_nps
from service_marketing.simulations.spec import Text

from .references import asymmetric_satisfaction, index_of_three
from .spec import Hint, Number, Numbers, Practice

nps = Practice(
    name="nps",
    chapter=3,
    title=Text("从一列打分算净推荐值", "Net promoter score from a list of ratings"),
    statement=Text(
        "客人回答“你有多大可能把我们推荐给朋友”，打0到10分。9分和10分是推荐者，0到6分是贬损者，7分和8分不算。\n\n"
        "净推荐值是推荐者的百分比减去贬损者的百分比，从−100到100。下面的函数只数了推荐者，把它补完。",
        "Guests answer “how likely are you to recommend us?” from 0 to 10. 9 and 10 are promoters, 0 to 6 detractors; 7 and 8 do not count.\n\n"
        "The net promoter score is the percentage of promoters less that of detractors, from −100 to 100. "
        "The function below only counts promoters; complete it.",
    ),
    starter=Text(
        """\
def my_nps(ratings):
    promoters = 0
    detractors = 0
    for r in ratings:
        if r >= 9:
            promoters = promoters + 1
        # 在这里数出贬损者
    return promoters  # 改成净推荐值
""",
        """\
def my_nps(ratings):
    promoters = 0
    detractors = 0
    for r in ratings:
        if r >= 9:
            promoters = promoters + 1
        # count the detractors here
    return promoters  # make this the score
""",
    ),
    function="my_nps",
    reference=right_nps,
    cases=(([10, 9, 8, 6],), ([9, 9, 10, 7, 3, 0],), ([7, 8, 7],)),
    sampler=(Numbers("ratings", 0, 10, 1, (3, 12)),),
    hints=(
        Hint(
            Text(
                "现在交回的还是推荐者的人数。先数出贬损者，再换成百分比相减。",
                "This is still the number of promoters. Count the detractors, then take percentages.",
            ),
            "lambda ratings: sum([1 for r in ratings if r >= 9])",
        ),
        Hint(
            Text(
                "这是人数的差。还要除以总人数 len(ratings)，再乘100。",
                "This is a difference of heads. Divide by len(ratings) and multiply by 100.",
            ),
            "lambda ratings: sum([1 for r in ratings if r >= 9]) - sum([1 for r in ratings if r <= 6])",
        ),
        Hint(
            Text("6分也是贬损者：条件要写成 r <= 6。", "A 6 is a detractor too: the condition is r <= 6."),
            "lambda ratings: 100 * (sum([1 for r in ratings if r >= 9]) - sum([1 for r in ratings if r < 6])) / len(ratings)",
        ),
        Hint(
            Text("7分和8分不算贬损者，只有6分及以下才算。", "7 and 8 are no detractors; only 6 and below are."),
            "lambda ratings: 100 * (sum([1 for r in ratings if r >= 9]) - sum([1 for r in ratings if r < 9])) / len(ratings)",
        ),
        Hint(
            Text("9分也是推荐者：条件是 r >= 9。", "A 9 is a promoter too: the condition is r >= 9."),
            "lambda ratings: 100 * (sum([1 for r in ratings if r > 9]) - sum([1 for r in ratings if r <= 6])) / len(ratings)",
        ),
        Hint(
            Text(
                "这是推荐者的百分比，还没有减去贬损者的。",
                "This is the percentage of promoters; that of the detractors is still to be taken off.",
            ),
            "lambda ratings: 100 * sum([1 for r in ratings if r >= 9]) / len(ratings)",
        ),
        Hint(
            Text("分母是所有打分的人，7分和8分也在里面。", "Divide by all who answered, 7 and 8 included."),
            "lambda ratings: 100 * (sum([1 for r in ratings if r >= 9]) - sum([1 for r in ratings if r <= 6]))"
            " / sum([1 for r in ratings if r >= 9 or r <= 6])",
        ),
        Hint(
            Text(
                "先在纸上算第一个例子：4个人里有2个推荐者、1个贬损者。",
                "Work the first example by hand: of 4 people 2 are promoters, 1 a detractor.",
            )
        ),
        Hint(
            Text(
                "三步：数推荐者，数贬损者，(推荐者 − 贬损者) ÷ 总人数 × 100。",
                "Three steps: promoters, detractors, (promoters − detractors) ÷ all × 100.",
            )
        ),
    ),
    solution=Text(
        """\
def my_nps(ratings):
    promoters = 0
    detractors = 0
    for r in ratings:
        if r >= 9:
            promoters = promoters + 1
        if r <= 6:
            detractors = detractors + 1
    return 100 * (promoters - detractors) / len(ratings)
""",
        """\
def my_nps(ratings):
    promoters = 0
    detractors = 0
    for r in ratings:
        if r >= 9:
            promoters = promoters + 1
        if r <= 6:
            detractors = detractors + 1
    return 100 * (promoters - detractors) / len(ratings)
""",
    ),
)

acsi = Practice(
    name="acsi_index",
    chapter=3,
    title=Text("把三道题换成0到100的满意指数", "A satisfaction index from three questions"),
    statement=Text(
        "问卷有三道题，都打1到10分：总的满意程度、与期望相比、与理想相比。三道题的平均分分别是 `overall`、`expected` 和 `ideal`。\n\n"
        "把三个平均分再平均，然后换到0到100的尺度上：全是1分得0，全是10分得100。",
        "Three questions are rated from 1 to 10: overall satisfaction, against expectations, against the ideal. "
        "Their means are `overall`, `expected` and `ideal`.\n\n"
        "Average the three, then put them on a scale from 0 to 100: all ones give 0, all tens give 100.",
    ),
    starter=Text(
        """\
def my_index(overall, expected, ideal):
    mean = (overall + expected + ideal) / 3
    return mean * 10  # 全是1分时应得0
""",
        """\
def my_index(overall, expected, ideal):
    mean = (overall + expected + ideal) / 3
    return mean * 10  # all ones should give 0
""",
    ),
    function="my_index",
    reference=index_of_three,
    cases=((1, 1, 1), (10, 10, 10), (8.2, 7.4, 7.0)),
    sampler=(Number("overall", 1.0, 10.0, 0.1), Number("expected", 1.0, 10.0, 0.1), Number("ideal", 1.0, 10.0, 0.1)),
    hints=(
        Hint(
            Text(
                "1到10分的尺度不是从0开始的：先减去最低的1分，再除以尺度的长度。",
                "The scale does not start at 0: take off its lowest point, then divide by its length.",
            ),
            "lambda a, b, c: (a + b + c) / 3 * 10",
        ),
        Hint(
            Text("从1到10一共走9分，不是10分。", "From 1 to 10 it is 9 points, not 10."),
            "lambda a, b, c: ((a + b + c) / 3 - 1) / 10 * 100",
        ),
        Hint(Text("三道题要先平均，别忘了除以3。", "Average the three first: divide by 3."), "lambda a, b, c: (a + b + c - 1) / 9 * 100"),
        Hint(Text("最高10分，最低1分：一个分数走了全程的几分之几？", "Highest 10, lowest 1: which part of the way has a rating gone?")),
        Hint(Text("(平均 − 1) ÷ 9 × 100。", "(mean − 1) ÷ 9 × 100.")),
    ),
    solution=Text(
        """\
def my_index(overall, expected, ideal):
    mean = (overall + expected + ideal) / 3
    return 100 * (mean - 1) / 9
""",
        """\
def my_index(overall, expected, ideal):
    mean = (overall + expected + ideal) / 3
    return 100 * (mean - 1) / 9
""",
    ),
)

asymmetric = Practice(
    name="asymmetric",
    chapter=3,
    title=Text("让失望比惊喜更重", "Let disappointment weigh more than surprise"),
    statement=Text(
        "期望和结果都在1到9分之间。满意度从5分出发，加上期望本身的一点好感 0.1 ×（期望 − 5）；"
        "结果高出期望，每一分加0.5；低于期望，每一分扣掉的是这个数的2倍。超出1到9分的部分截掉。\n\n"
        "下面的函数把惊喜和失望看得一样重，也没有截。把它改对。",
        "Expectation and result lie between 1 and 9. Satisfaction starts at 5, plus a little for the expectation itself, "
        "0.1 × (expectation − 5); each point above the expectation adds 0.5, each point below takes off twice as much. "
        "What goes beyond 1 to 9 is cut off.\n\n"
        "The function below gives surprise and disappointment the same weight and cuts nothing off. Mend it.",
    ),
    starter=Text(
        """\
def my_satisfaction(expectation, performance):
    gap = performance - expectation
    score = 5 + 0.1 * (expectation - 5)
    score = score + 0.5 * gap  # 失望时应该扣得更多
    return score
""",
        """\
def my_satisfaction(expectation, performance):
    gap = performance - expectation
    score = 5 + 0.1 * (expectation - 5)
    score = score + 0.5 * gap  # a disappointment should take more
    return score
""",
    ),
    function="my_satisfaction",
    reference=asymmetric_satisfaction,
    cases=((6, 8), (6, 4), (9, 1)),
    sampler=(Number("expectation", 1.0, 9.0, 0.5), Number("performance", 1.0, 9.0, 0.5)),
    hints=(
        Hint(
            Text(
                "失望和惊喜还是一样重。用 if gap < 0 分开：低于期望时，系数是 0.5 × 2。",
                "Both still weigh the same. Part them with if gap < 0: below the expectation the factor is 0.5 × 2.",
            ),
            "lambda e, p: 5 + 0.1 * (e - 5) + 0.5 * (p - e)",
        ),
        Hint(
            Text(
                "不对称已经对了，还差截断：低于1的算1，高于9的算9。",
                "The asymmetry is right; what is missing is the cut: below 1 counts as 1, above 9 as 9.",
            ),
            "lambda e, p: 5 + 0.1 * (e - 5) + (0.5 if p > e else 1.0) * (p - e)",
        ),
        Hint(
            Text("反过来了：应该是低于期望时扣得多。", "The other way round: it is the disappointment that weighs more."),
            "lambda e, p: min(9, max(1, 5 + 0.1 * (e - 5) + (1.0 if p > e else 0.5) * (p - e)))",
        ),
        Hint(
            Text("漏了期望本身的好感：0.1 ×（期望 − 5）。", "The expectation's own part is missing: 0.1 × (expectation − 5)."),
            "lambda e, p: min(9, max(1, 5 + (0.5 if p > e else 1.0) * (p - e)))",
        ),
        Hint(Text("先用 if 把 gap 大于0和小于0分成两种情况。", "Part the cases gap > 0 and gap < 0 with an if first.")),
        Hint(Text("最后一行可以写 return max(1, min(9, score))。", "The last line can be return max(1, min(9, score)).")),
    ),
    solution=Text(
        """\
def my_satisfaction(expectation, performance):
    gap = performance - expectation
    score = 5 + 0.1 * (expectation - 5)
    if gap >= 0:
        score = score + 0.5 * gap
    else:
        score = score + 2 * 0.5 * gap
    return max(1, min(9, score))
""",
        """\
def my_satisfaction(expectation, performance):
    gap = performance - expectation
    score = 5 + 0.1 * (expectation - 5)
    if gap >= 0:
        score = score + 0.5 * gap
    else:
        score = score + 2 * 0.5 * gap
    return max(1, min(9, score))
""",
    ),
)

kano = Practice(
    name="kano",
    chapter=3,
    title=Text("卡诺的两个系数", "Kano's two coefficients"),
    statement=Text(
        "一项服务要素，问过的人里有 `attractive` 人归为魅力、`one_dimensional` 人归为期望、`must_be` 人归为必备、`indifferent` 人归为无差异。\n\n"
        "better =（魅力 + 期望）÷ 四类总人数，说的是有了它能让多少人更满意；"
        "worse = −（期望 + 必备）÷ 四类总人数，说的是没有它会让多少人不满。写一个函数，一次交回这两个数。",
        "Of the people asked about a feature, `attractive` found it attractive, `one_dimensional` one-dimensional, "
        "`must_be` a must and `indifferent` did not care.\n\n"
        "better = (attractive + one-dimensional) ÷ all four, worse = −(one-dimensional + must-be) ÷ all four. "
        "Write a function that hands back both numbers.",
    ),
    starter=Text(
        """\
def my_better_worse(attractive, one_dimensional, must_be, indifferent):
    total = attractive + one_dimensional + must_be + indifferent
    better = attractive / total
    worse = must_be / total
    return better, worse
""",
        """\
def my_better_worse(attractive, one_dimensional, must_be, indifferent):
    total = attractive + one_dimensional + must_be + indifferent
    better = attractive / total
    worse = must_be / total
    return better, worse
""",
    ),
    function="my_better_worse",
    reference=kano_coefficients,
    cases=((40, 30, 20, 10), (5, 10, 80, 5), (10, 0, 0, 90)),
    sampler=(Number("attractive", 1, 60), Number("one_dimensional", 1, 60), Number("must_be", 1, 60), Number("indifferent", 0, 60)),
    hints=(
        Hint(
            Text(
                "“期望”这一类两边都要算：better里有它，worse里也有它；worse前面还有一个负号。",
                "The one-dimensional count in both better and worse; and worse has a minus sign.",
            ),
            "lambda a, o, m, i: (a / (a + o + m + i), m / (a + o + m + i))",
        ),
        Hint(
            Text("两个数的大小都对了，worse前面少一个负号。", "Both sizes are right; worse lacks its minus sign."),
            "lambda a, o, m, i: ((a + o) / (a + o + m + i), (o + m) / (a + o + m + i))",
        ),
        Hint(
            Text("分母是四类的总人数，无差异的人也在里面。", "Divide by all four kinds, the indifferent included."),
            "lambda a, o, m, i: ((a + o) / (a + o + m), -(o + m) / (a + o + m))",
        ),
        Hint(
            Text("两个数的次序反了：先better，后worse。", "The order is reversed: better first, then worse."),
            "lambda a, o, m, i: (-(o + m) / (a + o + m + i), (a + o) / (a + o + m + i))",
        ),
        Hint(Text("照着题目里的两个式子写，注意括号：先加，再除。", "Follow the two formulas; mind the brackets: add first, then divide.")),
    ),
    solution=Text(
        """\
def my_better_worse(attractive, one_dimensional, must_be, indifferent):
    total = attractive + one_dimensional + must_be + indifferent
    better = (attractive + one_dimensional) / total
    worse = -(one_dimensional + must_be) / total
    return better, worse
""",
        """\
def my_better_worse(attractive, one_dimensional, must_be, indifferent):
    total = attractive + one_dimensional + must_be + indifferent
    better = (attractive + one_dimensional) / total
    worse = -(one_dimensional + must_be) / total
    return better, worse
""",
    ),
)
