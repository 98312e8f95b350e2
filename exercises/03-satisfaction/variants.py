"""Typical submissions of assignment 3: the mistakes, what each costs, and a class of thirty for `make grade-demo`.

The names are invented. The tests grade every mistake alone and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake, Submission

ALL_OF_7_AND_8 = (
    "t7-columns", "t7-fit", "t7-hidden", "t8-diff", "t8-error", "t8-verdict", "t8-hidden", "t8-decision",
)  # fmt: skip

FROM_4_ON = (
    "t4-equal", "t4-weights", "t4-hidden", "t5-better", "t5-worse", "t5-hidden", "t5-decision",
    "t6-gain", "t6-loss", "t6-ends", "t6-hidden", "t6-outcome", *ALL_OF_7_AND_8,
)  # fmt: skip

EVERYTHING = (
    "t1-count", "t1-filter", "t1-mean", "t2-hand", "t2-function", "t2-hidden",
    "t3-score", "t3-error", "t3-score-hidden", "t3-error-hidden", *FROM_4_ON,
)  # fmt: skip

MISTAKES = {
    "whole chain": Mistake(
        "算成了全部门店的平均满意度",
        {
            "t1": """
n_visits = len(visits)
west_id = stores[stores["name"] == "杭州西湖店"]["store_id"].iloc[0]
west = visits[visits["store_id"] == west_id]
west_mean = visits["rating"].mean()
""",
        },
        ("t1-mean",),
    ),
    "name in id": Mistake(
        "拿店名去比门店编号，筛出来是空表",
        {
            "t1": """
n_visits = visits.shape[0]
west = visits[visits["store_id"] == "杭州西湖店"]
west_mean = west["rating"].mean()
""",
        },
        ("t1-filter", "t1-mean"),
    ),
    "top box only": Mistake(
        "只数5分，没有数4分",
        {
            "t2-b": """
def csat(ratings):
    n = 0
    for r in ratings:
        if r == 5:
            n = n + 1
    return n / len(ratings)
""",
        },
        ("t2-function", "t2-hidden"),
    ),
    "per cent": Mistake(
        "写成百分数，没有写成0到1之间的比例",
        {
            "t2-a": "csat_hand = 70",
            "t2-b": """
def csat(ratings):
    return sum(r >= 4 for r in ratings) / len(ratings) * 100
""",
        },
        ("t2-hand", "t2-function", "t2-hidden"),
    ),
    "copied cases": Mistake(
        "把例子里的答案抄进函数",
        {
            "t2-b": """
def csat(ratings):
    if ratings == [5, 4, 3, 2]:
        return 0.5
    if ratings == [5, 5, 5, 5]:
        return 1.0
    return 2 / 3
""",
        },
        ("t2-hidden",),
    ),
    "seven detracts": Mistake(
        "把7分算成贬损者",
        {
            "t3": """
def nps(scores):
    n = len(scores)
    p = sum(1 for s in scores if s >= 9) / n
    d = sum(1 for s in scores if s <= 7) / n
    return 100 * (p - d), 100 * np.sqrt((p + d - (p - d) ** 2) / n)
""",
        },
        ("t3-score", "t3-error", "t3-score-hidden", "t3-error-hidden"),
    ),
    "no root": Mistake(
        "标准误忘了开平方",
        {
            "t3": """
def nps(scores):
    n = len(scores)
    p = sum(1 for s in scores if s >= 9) / n
    d = sum(1 for s in scores if s <= 6) / n
    return 100 * (p - d), 100 * (p + d - (p - d) ** 2) / n
""",
        },
        ("t3-error", "t3-error-hidden"),
    ),
    "score only": Mistake(
        "只返回净推荐值，没有标准误",
        {
            "t3": """
def nps(scores):
    n = len(scores)
    good = len([s for s in scores if s >= 9])
    bad = len([s for s in scores if s <= 6])
    return [100 * (good - bad) / n]
""",
        },
        ("t3-error", "t3-error-hidden"),
    ),
    "from zero": Mistake(
        "把1–10分当成0–10分，没有减去权重之和",
        {
            "t4": """
def index_100(means, weights):
    return sum(w * x for w, x in zip(weights, means)) / sum(weights) / 10 * 100
""",
        },
        ("t4-equal", "t4-weights", "t4-hidden"),
    ),
    "no weights": Mistake(
        "没有用权重",
        {
            "t4": """
def index_100(means, weights):
    average = sum(means) / len(means)
    return (average - 1) / 9 * 100
""",
        },
        ("t4-weights", "t4-hidden"),
    ),
    "positive worse": Mistake(
        "worse 忘了负号，于是也挑错了要修的一项",
        {
            "t5-a": """
def kano_table(counts):
    t = counts.copy()
    n = t["A"] + t["O"] + t["M"] + t["I"]
    t["better"] = (t["A"] + t["O"]) / n
    t["worse"] = (t["O"] + t["M"]) / n
    return t
""",
        },
        ("t5-worse", "t5-hidden", "t5-decision"),
    ),
    "symmetric": Mistake(
        "失望和惊喜用了同一个系数",
        {
            "t6": """
def felt(expectation, result, gain=0.5, loss=1.0, anchor=0.1):
    value = 5 + anchor * (expectation - 5) + gain * (result - expectation)
    return min(9, max(1, value))


def outcome_of(gap):
    if gap < -0.5:
        return "不满意"
    if gap > 0.5:
        return "非常满意"
    return "满意"
""",
        },
        ("t6-loss", "t6-ends", "t6-hidden"),
    ),
    "no ends": Mistake(
        "没有把分数限制在1到9之间，正好差0.5分的也判错了",
        {
            "t6": """
def felt(expectation, result, gain=0.5, loss=1.0, anchor=0.1):
    gap = result - expectation
    if gap > 0:
        change = gain * gap
    else:
        change = loss * gap
    return 5 + anchor * (expectation - 5) + change


def outcome_of(gap):
    if gap <= -0.5:
        return "不满意"
    if gap >= 0.5:
        return "非常满意"
    return "满意"
""",
        },
        ("t6-ends", "t6-hidden", "t6-outcome"),
    ),
    "missing colon": Mistake(
        "def 一行少了冒号，整格不能运行",
        {
            "t6": """
def felt(expectation, result, gain=0.5, loss=1.0, anchor=0.1)
    gap = result - expectation
    return 5 + gap
""",
        },
        ("t6-gain", "t6-loss", "t6-ends", "t6-hidden", "t6-outcome"),
    ),
    "signed down": Mistake(
        "down 写成了负数",
        {
            "t7-a": """
gap = visits["performance"] - visits["expectation"]
up = gap.clip(lower=0)
down = gap.clip(upper=0)
""",
        },
        ("t7-columns",),
    ),
    "one slope": Mistake(
        "没有把惊喜和失望分开，两个系数相同",
        {
            "t7-b": """
def gain_loss(table):
    table = table.assign(gap=table["performance"] - table["expectation"])
    b = slopes(table, "rating", ["expectation", "gap"])
    return b["gap"], b["gap"]
""",
        },
        ("t7-fit", "t7-hidden"),
    ),
    "own table": Mistake(
        "函数里用了 visits，没有用传进来的表",
        {
            "t7-b": """
def gain_loss(table):
    gap = visits["performance"] - visits["expectation"]
    t = visits.assign(up=gap.clip(lower=0), down=(-gap).clip(lower=0))
    b = slopes(t, "rating", ["expectation", "up", "down"])
    return b["up"], -b["down"]
""",
        },
        ("t7-hidden",),
    ),
    "sum of variances": Mistake(
        "标准误没有除以人数",
        {
            "t8-a": """
def compare(a, b):
    diff = a.mean() - b.mean()
    se = np.sqrt(a.var() + b.var())
    z = diff / se
    return {"diff": diff, "se": se, "z": z, "real": abs(z) > 1.96}
""",
        },
        ("t8-error", "t8-verdict", "t8-hidden", "t8-decision"),
    ),
    "one sided": Mistake(
        "没有取绝对值，a比b低时判错",
        {
            "t8-a": """
def compare(a, b):
    diff = a.mean() - b.mean()
    se = np.sqrt(a.var() / len(a) + b.var() / len(b))
    z = diff / se
    return {"diff": diff, "se": se, "z": z, "real": z > 1.96}
""",
        },
        ("t8-verdict",),
    ),
    "hasty": Mistake(
        "建议和证据正相反",
        {
            "t8-b": """
r = visits.merge(stores, on="store_id").set_index("name")["rating"]
result = compare(r.loc["上海外滩店"], r.loc["杭州西湖店"])
evidence = result["z"]
decision = "B" if result["real"] else "A"
""",
        },
        ("t8-decision",),
    ),
    "ran out of time": Mistake(
        "最后两题没有作答",
        dict.fromkeys(("t7-a", "t7-b", "t8-a", "t8-b")),
        ALL_OF_7_AND_8,
    ),
    "endless loop": Mistake(
        "循环里忘了让 i 加1，永远不结束",
        {
            "t2-b": """
def csat(ratings):
    i = 0
    n = 0
    while i < len(ratings):
        if ratings[i] >= 4:
            n = n + 1
    return n / len(ratings)
""",
        },
        ("t2-function", "t2-hidden"),
    ),
    "flood": Mistake(
        "答案对，但打印了几万行",
        {
            "t7-a": """
gap = visits["performance"] - visits["expectation"]
for g in gap:
    print("差距是", g)
up = gap.clip(lower=0)
down = (-gap).clip(lower=0)
""",
        },
        (),
    ),
    "crash": Mistake(
        "想停下来看中间结果，写了 quit()，批改到这里内核就退出了，后面的题都没有运行",
        {
            "t4": """
def index_100(means, weights):
    total = 0
    for mean, weight in zip(means, weights):
        total = total + weight * mean
    return total


print(index_100([8, 7], [1, 1]))
quit()
""",
        },
        FROM_4_ON,
    ),
    "blank": Mistake(
        "交来的是空白的作业",
        dict.fromkeys(("t1", "t2-a", "t2-b", "t3", "t4", "t5-a", "t5-b", "t6", "t7-a", "t7-b", "t8-a", "t8-b")),
        EVERYTHING,
    ),
}

ESSAYS = {
    "good": "第一，只问了愿意回答的人：100人里40人填问卷，39人满意，39÷40=97.5%。"
    "没填的60人里哪怕只有一半满意，总的满意率也只有69%，店长却会以为投诉热线可以撤掉。"
    "第二，门槛低：打3分“一般”也算满意。想知道客人会不会再来，这个数答不了。第三，问的时机：在前台当面问，谁都不好意思打低分，拿它考核服务员等于考核谁更会盯着客人填。"
    "改进：离店第二天发两道题的短信，公布回答率和各分数的比例，三个月后比较打5分和打3分的人的复购率。",
    "good too": "1）样本是会员日的30位金卡会员，29位满意，29÷30≈97%，标准误有3个百分点多，而且普通散客一个没问，不能用来决定散客房价。"
    "2）把“没有投诉”当作满意：1000人里30人投诉，97%没投诉，可多数不满意的人并不投诉，据此裁掉客服会出错。"
    "3）各家都是97%上下，同城五家店从96%到98%，差别在误差里，评不出先进。改进：改用五级量表按月公布平均分和误差，看它和下季度回头率是否一起变。",
    "middling": (
        "可能只调查了老顾客；可能调查的人太少，比如只有三十几个人；也可能问题太笼统，只问满不满意。这样的97%虽然没有造假，但是"
        "不准确，没有参考价值。应该多调查一些人，问得细一点。"
    ),
    "short": (
        "第一种情况是前台让客人当面打分，大家不好意思打低分。第二种情况是只统计了好评返现的客人，给了5元红包，打好评的自然多。两"
        "种都让酒店看不到真正的问题。"
    ),
    "poor": ("现在很多数据都是刷出来的，97%不可信。满意是主观的，每个人不一样，所以满意率没有意义。商家应该诚信经营，提高服务质量。"),
}

CLASS = (
    Submission("2025210101", "王雨桐", essay="good", hours=-49.2),
    Submission("2025210102", "李浩然", ("seven detracts",), "middling", -5.1),
    Submission("2025210103", "张梓萱", essay="good too", hours=-26.4),
    Submission("2025210104", "刘一鸣", ("top box only", "no ends"), "short", -2.3),
    Submission("2025210105", "陈思远", ("ran out of time",), "poor", -0.2),
    Submission("2025210106", "杨晓雯", ("one slope",), "good", -18.7),
    Submission("2025210107", "赵子墨", essay="middling", hours=26.5),
    Submission("2025210108", "黄嘉怡", file="cut short", loses=ALL_OF_7_AND_8),
    Submission("2025210109", "周文博", ("endless loop",), "middling", -3.6),
    Submission("2025210110", "吴佳宁", essay="good too", file="renamed", hours=-9.0),
    Submission("2025210111", "徐若曦", ("no root", "sum of variances"), "middling", -1.4),
    Submission("2025210112", "孙启航", ("missing colon",), "short", -0.6),
    Submission("2025210113", "马欣怡", essay="good", drops=("t3-error", "t3-error-hidden"), hours=-7.7),
    Submission("2025210114", "朱俊杰", ("copied cases", "own table"), "poor", -4.2),
    Submission("2025210115", "胡诗涵", ("positive worse",), "good", -30.8),
    Submission("2025210116", "郭天佑", file="word file", hours=-1.1),
    Submission("2025210117", "何静怡", ("from zero", "symmetric", "hasty"), "middling", -6.6),
    Submission("2025210118", "林子涵", ("flood",), "good too", -12.0),
    Submission("2025210119", "高宇轩", ("one sided",), "short", -21.5, edits={"t8-verdict": "pass", "t8-error": "pass"}),
    Submission("2025210120", "罗雅琪", ("whole chain",), "good", 1.5),
    Submission("2025210121", "梁博文", file="empty file", hours=-0.1),
    Submission("2025210122", "宋雨欣", ("per cent", "no weights"), "middling", -15.3),
    Submission("2025210123", "郑凯文", ("name in id", "score only", "ran out of time"), "poor", 73.0),
    Submission("2025210124", "谢梦瑶", essay="good", file="byte order mark", hours=-40.0),
    Submission("2025210125", "韩沐阳", ("no root",), "good too", -11.2),
    Submission("2025210126", "唐可欣", ("crash",), "middling", -8.8),
    Submission("2025210127", "冯瑞霖", ("name in id", "hasty"), "short", -2.9),
    Submission(
        "2025210128",
        "于心怡",
        essay="middling",
        hours=-10.5,
        drops=("t6", "t6-gain", "t6-loss"),
        loses=("t6-gain", "t6-loss", "t6-ends", "t6-hidden", "t6-outcome"),
    ),
    Submission("2025210129", "董浩宇", ("symmetric",), "good", -33.3),
    Submission("2025210130", "萧静文", ("blank",), None, -0.4),
)
