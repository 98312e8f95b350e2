"""Typical submissions of the capstone: the mistakes and what each costs, and memos of several qualities.

A wrong number of tasks 3 to 7 is carried into task 8, as the assignment warns; `loses` names those cells too.
The tests grade every mistake alone and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake

ALL_OF_8 = ("t8-net", "t8-a-net", "t8-b-net", "t8-choice", "t8-low")

MISTAKES = {
    "the other way round": Mistake(
        "斜率的分母用了y那一列",
        {
            "t1-a": """
def slope(x, y):
    dx = x - x.mean()
    dy = y - y.mean()
    return (dx * dy).sum() / (dy * dy).sum()
""",
        },
        ("t1-slope", "t1-hidden", "t1-learning", "t1-three"),
    ),
    "three at once": Mistake(
        "三次一起挪，没有每次从新的期望出发",
        {
            "t1-b": """
learning = slope(pairs["gap"], pairs["change"])
after_three = 7.5 + 3 * learning * (6.0 - 7.5)
""",
        },
        ("t1-three",),
    ),
    "wrong ends": Mistake(
        "含前不含后写反了",
        {
            "t2-a": """
def mean_between(table, low, high):
    chosen = table[(table["gap"] > low) & (table["gap"] <= high)]
    return chosen["rating"].mean()
""",
        },
        ("t2-function", "t2-points"),
    ),
    "not halved": Mistake(
        "两分的差当成了一分的",
        {
            "t2-b": """
just = mean_between(stays, -0.5, 0.5)
loss_per_point = just - mean_between(stays, -2.5, -1.5)
gain_per_point = mean_between(stays, 1.5, 2.5) - just
first = "A"
""",
        },
        ("t2-points",),
    ),
    "complaints are failures": Mistake(
        "把投诉率当成差错率",
        {
            "t3-a": """
failure = stays["spoke"].mean()
voice = stays["spoke"].sum() / stays["failed"].sum()
resolved = len(stays[stays["kind"] == "解决了"]) / stays["spoke"].sum()
""",
        },
        ("t3-rates",),
    ),
    "everybody is silent": Mistake(
        "没有减去已经投诉的",
        {
            "t3-b": """
def silent(complaints, p):
    return complaints / p
""",
        },
        ("t3-silent",),
    ),
    "most in number": Mistake(
        "比的是投诉和差错的件数，没有除以住店次数",
        {
            "t3-c": """
counts = stays.groupby("store_id")[["spoke", "failed"]].sum()
names = stores.set_index("store_id")["name"]
most_complaints = names[counts["spoke"].idxmax()]
most_failures = names[counts["failed"].idxmax()]
blame = "A" if most_complaints == most_failures else "B"
""",
        },
        ("t3-stores",),
    ),
    "too late to see": Mistake(
        "再来的比例用了全部住店，后面不够180天的也算",
        {
            "t4-a": """
returns = stays.groupby("kind")["back"].mean()


def kept_share(f, c, r, solved, unsolved, silent_back, content):
    return f * (c * (r * solved + (1 - r) * unsolved) + (1 - c) * silent_back) + (1 - f) * content
""",
        },
        ("t4-returns", "t4-door", "t8-b-net", "t8-choice", "t8-low"),
    ),
    "plain average": Mistake(
        "解决了的和没解决的各算一半",
        {
            "t4-b": """
spoke_back = (returns["解决了"] + returns["没解决"]) / 2
open_door = "A" if spoke_back > returns["没出声"] else "B"
""",
        },
        ("t4-door",),
    ),
    "content forgotten": Mistake(
        "漏斗里漏了没出差错的人",
        {
            "t4-a": """
returns = seen.groupby("kind")["back"].mean()


def kept_share(f, c, r, solved, unsolved, silent_back, content):
    return f * (c * (r * solved + (1 - r) * unsolved) + (1 - c) * silent_back)
""",
        },
        ("t4-funnel",),
    ),
    "new guests counted": Mistake(
        "保留率里把新来的客人也算成留下的",
        {
            "t5-b": """
y25, y26 = stays[stays["year"] == 2025], stays[stays["year"] == 2026]
keep_rate = y26["guest_id"].nunique() / y25["guest_id"].nunique()
margin = 0.55 * y25["spend"].sum() / y25["guest_id"].nunique()
value = clv(margin, keep_rate, 0.1)
""",
        },
        ("t5-keep", "t5-value", "t8-a-net", "t8-b-net", "t8-low"),
    ),
    "no brackets": Mistake(
        "CLV的分母没有加括号",
        {
            "t5-a": """
def clv(margin, retention, discount):
    return margin * retention / 1 + discount - retention
""",
        },
        ("t5-function", "t5-value", "t8-a-net", "t8-b-net", "t8-choice", "t8-low"),
    ),
    "a stay is a guest": Mistake(
        "把住店次数当成客人数",
        {
            "t6-a": """
g = stays[stays["year"] == 2026].groupby("member")
tiers = pd.DataFrame({"guests": g.size(), "spend": g["spend"].mean()})


def plan_profit(guests, spend, uplift):
    return guests * (uplift * spend * 0.55 - 30) - 2000
""",
        },
        ("t6-tiers", "t6-chosen"),
    ),
    "no design cost": Mistake(
        "方案利润忘了减设计费",
        {
            "t6-a": """
g = stays[stays["year"] == 2026].groupby("member")
n = g["guest_id"].nunique()
tiers = pd.DataFrame({"guests": n, "spend": g["spend"].sum() / n})


def plan_profit(guests, spend, uplift):
    return guests * (uplift * spend * 0.55 - 30)
""",
        },
        ("t6-function", "t6-chosen", "t8-choice"),
    ),
    "gold first": Mistake(
        "只发给花钱最多的金卡",
        {
            "t6-b": """
best = tiers["spend"].idxmax()
chosen = [best]
net_c = plan_profit(tiers.loc[best, "guests"], tiers.loc[best, "spend"], lift[best])
""",
        },
        ("t6-chosen",),
    ),
    "between stores": Mistake(
        "没有减本店平均，店与店混着比",
        {
            "t7-a": """
def within_slope(table, x, y):
    return slope(table[x], table[y])
""",
        },
        ("t7-function", "t7-load", "t7-back", "t8-a-net"),
    ),
    "naive chain": Mistake(
        "加前台的账用了店与店比的斜率，B只降了新的再来比例",
        {
            "t8-a": """
def net_value(kept, value, cost):
    return kept * value - cost


busy = len(stays[(stays["year"] == 2026) & (stays["load"] > 0.85)])
net_a = net_value(busy * 0.2 * -naive_load * back_per_point, value, 8 * busy)
wrong = stays[stays["year"] == 2026]["failed"].sum()
u, s, o = returns["没解决"], returns["没出声"], returns["没出差错"]
old = kept_share(1, voice, resolved, returns["解决了"], u, s, o)
new = kept_share(1, voice + 0.15, 0.85, returns["解决了"], u, s, o)
cost = wrong * (voice + 0.15) * 20 + 8000
net_b = net_value(wrong * (new - old), value, cost)
nets = {"A": net_a, "B": net_b, "C": net_c}
choice = max(nets, key=nets.get)
n = len(seen[seen["kind"] == "解决了"])
p = returns["解决了"] - 2 * np.sqrt(returns["解决了"] * (1 - returns["解决了"]) / n)
net_b_low = net_value(wrong * (kept_share(1, voice + 0.15, 0.85, p, u, s, o) - old), value, cost)
""",
        },
        ("t8-a-net", "t8-low"),
    ),
    "ran out of time": Mistake(
        "最后两题没有作答",
        dict.fromkeys(("t7-a", "t7-b", "t8-a")),
        ("t7-function", "t7-load", "t7-back", *ALL_OF_8),
    ),
}

ESSAYS = {
    "good": "建议：返券7万（普通卡、银卡，第6题净1.3万），加前台3万（第8题净0.9万），补救先花2万做试点，8万不花。"
    "不给金卡发券：每人多花的毛利抵不过30元。以上净值是我的一半数据，全连锁乘2。"
    "链条：学习率0.36（人与人比，偏大）；一分失望降0.49，一分惊喜升0.20（人与人比）；负荷高0.2，结果低0.18分（自己跟自己比）；"
    "结果高一分，再来多2.4个百分点（自己跟自己比）；解决了的84%再来、没出声的79%（人与人比）；一位客人值2,900元（推算）。"
    "两个假定：多来一次值一个终身价值，减半后A变成−0.3万；返券多花的几成是教学假设，打八折，普通卡只剩几百元。"
    "没把握：B的1.7万，降两个标准误是−0.8万；负荷到再来的直接斜率量不出来，A是两环相乘。"
    "人：下午班自愿报名，有补贴；没有券的客人给一句说得清的解释；请人开口就当天有人回话。"
    "试点：六家店抽签，三家先做补救，半年，看解决率和180天再来率，解决率不到0.8停，林晓负责，七月一日检查。",
    "good too": "总经理：二十万，我只申请12万。B净值最大，可是降两个标准误就亏，所以B只要2万，抽六家店试半年；"
    "C按普通卡和银卡发，7万，净值1.3万（我的一半，乘2是2.6万）；A只给负荷过0.85的下午加人，3万。"
    "证据：A是每家店自己跟自己比（第7题），C的多花比例是假设，B是人与人比，最弱。"
    "假定多来一次值2,900元，如果只值一半，A就不做。误差：解决了的再来率84%，标准误1.4个百分点。"
    "员工：前台加班先问意愿。检查：周敏，七月一日，解决率低于0.8或者员工离职多一成就停。",
    "middling": (
        "我建议把钱投给客服部，因为B的净值最高，有1.7万元；C有1.4万元，A有0.9万元。学习率0.36，失望比惊喜影响大，"
        "解决了的客人更愿意回来，一位客人值2,900元左右。B降低以后变成负的，所以要小心。员工可能更累。可以先试点三个月，看效果再推广。"
    ),
    "short": "C的净值排第二，但是最稳，选C，花7万，其余不花。B降两个标准误就亏了。金卡不发。",
    "poor": "三个部门都很重要，应该平均分配，每个部门六七万元。加前台减少等待，补救提高忠诚，返券吸引顾客，一起提高满意度。",
}
