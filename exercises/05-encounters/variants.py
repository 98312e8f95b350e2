"""Typical submissions of assignment 5: the mistakes and what each costs.

The tests grade every mistake alone or beside others of other tasks, and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake

MISTAKES = {
    "rows for people": Mistake(
        "数了行数，没有数不同的员工；分母用了两年的总行数",
        {
            "t1": """
n_staff = len(staff)
july = staff[staff["month"] == "2025-07"]
rookies = july[july["tenure"] < 6]
rookie_share = len(rookies) / len(staff)
""",
        },
        ("t1-count", "t1-share"),
    ),
    "every month": Mistake(
        "只挑了工龄，没有挑月份",
        {
            "t1": """
n_staff = staff["staff_id"].nunique()
rookies = staff[staff["tenure"] < 6]
rookie_share = len(rookies) / len(staff)
""",
        },
        ("t1-filter", "t1-share"),
    ),
    "counts from zero": Mistake(
        "列表从0数起，题号没有减1，四题各错了一格",
        {
            "t2-a": "he_asking = 5 + 5 + 5 + 3",
            "t2-b": """
def self_test(answers):
    return {
        "接触": answers[3] + answers[5] + answers[10] + answers[15],
        "争取资料": answers[1] + answers[4] + answers[9] + answers[12],
        "提供资料": answers[2] + answers[8] + answers[14] + answers[15],
        "影响和处理": answers[6] + answers[7] + answers[11] + answers[13],
        "总分": sum(answers),
    }


def weakest(answers):
    scores = self_test(answers)
    del scores["总分"]
    return min(scores, key=scores.get)
""",
        },
        ("t2-hand", "t2-function", "t2-hidden", "t2-weakest"),
    ),
    "strongest": Mistake(
        "四项算对了，返回的却是最强的一项",
        {
            "t2-b": """
def self_test(answers):
    a = answers
    scores = {"接触": a[2] + a[4] + a[9] + a[14], "争取资料": a[0] + a[3] + a[8] + a[11]}
    scores["提供资料"] = a[1] + a[7] + a[13] + a[15]
    scores["影响和处理"] = a[5] + a[6] + a[10] + a[12]
    scores["总分"] = sum(a)
    return scores


def weakest(answers):
    scores = self_test(answers)
    scores.pop("总分")
    return max(scores, key=scores.get)
""",
        },
        ("t2-weakest",),
    ),
    "weights not scaled": Mistake(
        "没有除以权重之和，权重加起来不是1时就错；正负号不受影响",
        {
            "t3-a": """
def perceived(words, tone, face, weights):
    return weights[0] * words + weights[1] * tone + weights[2] * face
""",
        },
        ("t3-function", "t3-hidden"),
    ),
    "any difference": Mistake(
        "只要两套权重算出的数不同就算，没有看正负号",
        {
            "t3-b": """
depends = []
for name in clips.index:
    clip = clips.loc[name]
    one = perceived(clip["words"], clip["tone"], clip["face"], [0.07, 0.38, 0.55])
    other = perceived(clip["words"], clip["tone"], clip["face"], [1, 1, 1])
    if round(one, 3) != round(other, 3):
        depends.append(name)
""",
        },
        ("t3-decision",),
    ),
    "once a guest": Mistake(
        "每来一位就乘一次学习率，不是每翻一番乘一次",
        {
            "t4": """
luo_eighth = 15 * 0.7**7


def minutes(n, first, rate):
    return first * rate ** (n - 1)


def rate_from(a, time_a, b, time_b):
    return (time_b / time_a) ** (1 / (b - a))
""",
        },
        ("t4-hand", "t4-curve", "t4-rate", "t5-crossing"),
    ),
    "natural logarithm": Mistake(
        "用了 np.log，没有除以 np.log(2)",
        {
            "t4": """
luo_eighth = 15 * 0.7**3


def minutes(n, first, rate):
    return first * rate ** np.log(n)


def rate_from(a, time_a, b, time_b):
    return (time_b / time_a) ** (1 / np.log(b / a))
""",
        },
        ("t4-curve", "t4-rate", "t5-crossing"),
    ),
    "one short": Mistake(
        "range(1, n) 少算了最后一位",
        {
            "t5-a": """
def total_minutes(n, first, rate):
    total = 0
    for i in range(1, n):
        total = total + first * rate ** np.log2(i)
    return total
""",
        },
        ("t5-total", "t5-hidden"),
    ),
    "last guest": Mistake(
        "比的是最后一位的用时，没有比总用时",
        {
            "t5-b": """
faster_from = 1
while minutes(faster_from, 12, 0.88) >= minutes(faster_from, 8, 0.95):
    faster_from = faster_from + 1
hire = "甲" if minutes(90, 8, 0.95) < minutes(90, 12, 0.88) else "乙"
""",
        },
        ("t5-decision",),
    ),
    "even shares": Mistake(
        "课时平均分，没有看边际收益",
        {
            "t6-b": """
def allocate(hours, tops, rates, weights):
    return [hours / len(tops)] * len(tops)
""",
        },
        ("t6-allocate", "t6-hidden", "t6-plan"),
    ),
    "weights forgotten": Mistake(
        "分课时忘了乘权重",
        {
            "t6-b": """
def allocate(hours, tops, rates, weights):
    plan = [0] * len(tops)
    for hour in range(hours):
        best = 0
        for i in range(len(tops)):
            if gain(plan[i], tops[i], rates[i]) > gain(plan[best], tops[best], rates[best]):
                best = i
        plan[best] += 1
    return plan
""",
        },
        ("t6-allocate", "t6-hidden", "t6-plan"),
    ),
    "all to the first": Mistake(
        "边际收益始终按没练过来算，课时全给了开头最高的一样",
        {
            "t6-b": """
def allocate(hours, tops, rates, weights):
    plan = [0] * len(tops)
    for hour in range(hours):
        gains = [w * gain(0, top, k) for w, top, k in zip(weights, tops, rates)]
        plan[gains.index(max(gains))] += 1
    return plan
""",
        },
        ("t6-allocate", "t6-hidden", "t6-plan"),
    ),
    "totals, not means": Mistake(
        "按门店求了总数，没有求平均",
        {
            "t7": """
staff["missing"] = 1 - staff["skill"]
debt = staff.groupby("store_id")["missing"].sum()
west_debt = debt[11]
send_to = stores.set_index("store_id")["name"][debt.idxmax()]
""",
        },
        ("t7-mean", "t7-decision"),
    ),
    "store number": Mistake(
        "把门店编号当成了店名",
        {
            "t7": """
staff["missing"] = 1 - staff["skill"]
debt = staff.groupby("store_id")["missing"].mean()
west_debt = staff[staff["store_id"] == 11]["missing"].sum()
send_to = debt.idxmax()
""",
        },
        ("t7-decision",),
    ),
    "size forgotten": Mistake(
        "组间均方忘了乘每组的个数",
        {
            "t8-a": """
def mean_squares(groups):
    k, n = len(groups), len(groups[0])
    means = [np.mean(g) for g in groups]
    between = sum((m - np.mean(means)) ** 2 for m in means) / (k - 1)
    within = sum((x - np.mean(g)) ** 2 for g in groups for x in g) / (k * (n - 1))
    return between, within


def icc(msb, msw, n0):
    return (msb - msw) / (msb + (n0 - 1) * msw)
""",
        },
        ("t8-between",),
    ),
    "bracket lost": Mistake(
        "分母少了括号，先除后加",
        {
            "t8-a": """
def mean_squares(groups):
    k, n = len(groups), len(groups[0])
    means = [np.mean(g) for g in groups]
    between = n * sum((m - np.mean(means)) ** 2 for m in means) / (k - 1)
    within = sum((x - np.mean(g)) ** 2 for g in groups for x in g) / (k * (n - 1))
    return between, within


def icc(msb, msw, n0):
    return (msb - msw) / (msb + n0 - 1 * msw)
""",
        },
        ("t8-icc", "t8-rating", "t8-result", "t9-months"),
    ),
    "performance for rating": Mistake(
        "该量满意评分的，量成了感到的结果：张数少算了一大截，结论也变了",
        {
            "t8-b": """
icc_store = icc(*anova(visits, "performance", "store_id"))
icc_guest = icc(*anova(visits, "performance", "guest_id"))
icc_result = icc(*anova(visits, "performance", "store_id"))
""",
        },
        ("t8-rating", "t9-months", "t9-decision"),
    ),
    "rounded": Mistake(
        "张数四舍五入，没有进位",
        {
            "t9-a": """
def reliability(icc_one, k):
    return k * icc_one / (1 + (k - 1) * icc_one)


def needed(icc_one, goal):
    return round(goal / (1 - goal) * (1 - icc_one) / icc_one - 0.5)
""",
        },
        ("t9-needed", "t9-months"),
    ),
    "eight forgotten": Mistake(
        "忘了评分要分到八个人头上，以为半年就够",
        {
            "t9-b": """
here = visits[visits["store_id"] == 11]
months = needed(icc_store, 0.7) / (len(here) / 24)
decision = "C"
""",
        },
        ("t9-months", "t9-decision"),
    ),
    "no comparison": Mistake(
        "只看上课那一批的前后，没有减去没上课那一批的进步",
        {
            "t10-a": """
def change(yes_before, n_before, yes_after, n_after):
    p, q = yes_before / n_before, yes_after / n_after
    return q - p, np.sqrt(p * (1 - p) / n_before + q * (1 - q) / n_after)


def effect(taught, waiting):
    gap, se = change(*taught)
    return gap, gap / se
""",
        },
        ("t10-effect", "t10-hidden", "t10-decision"),
    ),
    "proof of nothing": Mistake(
        "z不大，就说证明了没有用",
        {
            "t10-b": """
evidence = effect([9, 20, 17, 20], [8, 20, 13, 20])[1]
verdict = "C"
""",
        },
        ("t10-decision",),
    ),
    "ran out of time": Mistake(
        "最后两题没有作答",
        dict.fromkeys(("t9-a", "t9-b", "t10-a", "t10-b")),
        (
            "t9-reliability", "t9-needed", "t9-months", "t9-decision",
            "t10-change", "t10-effect", "t10-hidden", "t10-decision",
        ),
    ),
}  # fmt: skip

ESSAYS = {
    "good": "小赵，高老师那三个数确实有出处，1967年两个实验：九个单词配三种语调，maybe配语调和表情照片。受试的人只回答一件事："
    "说话的人对对方是好感还是反感。"
    "所以要加两个条件，只说好恶，只在话和脸色打架时。你想想沈老师那单，停车费多收60元，笑得再甜她也看不出‘第二晚起每晚30元’。"
    "格兰迪2005年拿酒店入住的录像问过人：笑得真，显得友善；事情办好了，才更满意。我们班前会就练一句话报价，谁漏了停车费谁再说一遍，"
    "每周每人抽五单数说全的比例，先留底，一个月后看。",
    "middling": (
        "小赵，7%是误传，实验里用的只是单词，不是真的对话。语言还是重要的，比如停车费要说清楚，不然客人会投诉。也有研究说真诚的微笑会让顾客满意。"
        "建议班前会练一练报价，大家互相听听有没有漏。"
    ),
    "poor": (
        "我不同意。语言怎么可能只占7%，外国人的研究不适合中国。服务最重要的是用心，语言和微笑都要抓，两手都要硬。"
        "希望大家以后加强沟通，共同进步。"
    ),
}
