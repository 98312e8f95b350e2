"""Typical submissions of assignment 9: the mistakes, and what each costs.

The tests grade every mistake and expect exactly the cells in `loses` to be lost, for the student whose number
stands in the solution.
"""

from service_marketing.classroom.submissions import Mistake

TASKS_9_AND_10 = (
    "t9-profit", "t9-hidden", "t9-best", "t9-loss",
    "t10-interval", "t10-interval-hidden", "t10-verdict", "t10-advice",
)  # fmt: skip

EVERYTHING = (
    "t1-past", "t1-guests", "t1-gone", "t2-hand", "t2-recency", "t2-amounts", "t2-hidden",
    "t3-hand", "t3-distinct", "t3-ties", "t3-hidden", "t4-top", "t4-hidden", "t4-means", "t4-gone",
    "t5-assign", "t5-assign-hidden", "t5-move", "t5-inertia", "t5-hidden",
    "t6-whale", "t6-hidden", "t6-peak", "t6-drop", "t7-four", "t7-hidden", "t7-moved", "t7-trap",
    "t8-profit", "t8-hidden", "t8-worth", "t8-plan", *TASKS_9_AND_10,
)  # fmt: skip

MISTAKES = {
    "stays not guests": Mistake(
        "数的是住店次数，不是人数",
        {
            "t1": """
past = visits[visits["day"] <= 365]
n_guests = len(past)
later = visits[visits["day"] > 365]
n_gone = n_guests - len(past[past["guest_id"].isin(later["guest_id"])])
""",
        },
        ("t1-guests", "t1-gone"),
    ),
    "wrong half": Mistake(
        "方向反了，选出的是2024年",
        {
            "t1": """
past = visits[visits["day"] > 365]
n_guests = past["guest_id"].nunique()
later = visits[visits["day"] <= 365]
n_gone = n_guests - past[past["guest_id"].isin(later["guest_id"])]["guest_id"].nunique()
""",
        },
        ("t1-past", "t1-guests", "t1-gone"),
    ),
    "first order": Mistake(
        "R从第一张订单数起，没有从最近的一张数起",
        {
            "t2-a": "wang = [365 - 20, 3, 2460]",
            "t2-b": """
def rfm_table(orders, today):
    g = orders.groupby("guest_id")
    return pd.DataFrame({"R": today - g["day"].min(), "F": g.size(), "M": g["spend"].sum()})
""",
        },
        ("t2-hand", "t2-recency", "t2-hidden"),
    ),
    "mean order": Mistake(
        "M算成了每单平均花多少",
        {
            "t2-b": """
def rfm_table(orders, today):
    g = orders.groupby("guest_id")
    return pd.DataFrame({"R": today - g["day"].max(), "F": g["day"].count(), "M": g["spend"].mean()})
""",
        },
        ("t2-amounts", "t2-hidden"),
    ),
    "own orders": Mistake(
        "函数里用了 visits，没有用传进来的订单",
        {
            "t2-b": """
def rfm_table(orders, today):
    g = visits[visits["day"] <= 365].groupby("guest_id")
    return pd.DataFrame({"R": 365 - g["day"].max(), "F": g.size(), "M": g["spend"].sum()})
""",
        },
        ("t2-recency", "t2-amounts", "t2-hidden"),
    ),
    "list order": Mistake(
        "并列的人按名单次序分先后",
        {
            "t3-a": "f_hand = [1, 2, 3, 4, 5, 5]",
            "t3-b": """
def scores(values, groups):
    return np.ceil(groups * values.rank(method="first") / len(values))
""",
        },
        ("t3-hand", "t3-ties", "t3-hidden"),
    ),
    "upside down": Mistake(
        "名次从大到小排，最好的人得了1分",
        {
            "t3-b": """
def scores(values, groups):
    ranks = values.rank(ascending=False)
    return np.ceil(groups * ranks / len(values))
""",
        },
        ("t3-distinct", "t3-ties", "t3-hidden"),
    ),
    "lowest first": Mistake(
        "忘了从高到低，取成了最差的n位",
        {
            "t4-a": """
def top(table, columns, n):
    return table.sort_values(columns).head(n)
""",
        },
        ("t4-top", "t4-hidden", "t4-means", "t4-gone"),
    ),
    "peeking": Mistake(
        "用将来挑人，又用将来考名单",
        {
            "t4-b": """
gold = base[base["card"] == "金卡"]
card_mean = gold["next"].mean()
rf_mean = top(base, ["next", "rf"], len(gold))["next"].mean()
money_gone = (top(base, ["M", "F"], len(gold))["next"] == 0).mean()
""",
        },
        ("t4-means",),
    ),
    "only who came": Mistake(
        "只对来过的人求平均，没来的没有按0算",
        {
            "t4-b": """
gold = base[base["card"] == "金卡"]
best = top(base, ["rf", "M"], len(gold))
card_mean = gold[gold["next"] > 0]["next"].mean()
rf_mean = best[best["next"] > 0]["next"].mean()
money = top(base, ["M", "F"], len(gold))
money_gone = len(money[money["next"] == 0]) / len(money)
""",
        },
        ("t4-means",),
    ),
    "last of equals": Mistake(
        "一样近的时候归了号码大的中心",
        {
            "t5": """
def assign(points, centres):
    labels = []
    for p in points:
        best = 0
        for g in range(len(centres)):
            if squared(p, centres[g]) <= squared(p, centres[best]):
                best = g
        labels.append(best)
    return labels


def move(points, labels, k):
    return [np.mean([p for p, g in zip(points, labels) if g == one], axis=0) for one in range(k)]


def inertia(points, labels, centres):
    return sum(squared(p, centres[g]) for p, g in zip(points, labels))
""",
        },
        ("t5-assign",),
    ),
    "grand mean": Mistake(
        "中心挪到了全部人的平均处，没有分群",
        {
            "t5": """
def assign(points, centres):
    labels = []
    for p in points:
        d = [squared(p, c) for c in centres]
        labels.append(d.index(min(d)))
    return labels


def move(points, labels, k):
    return [list(np.mean(points, axis=0)) for g in range(k)]


def inertia(points, labels, centres):
    return sum(squared(p, centres[g]) for p, g in zip(points, labels))
""",
        },
        ("t5-move", "t5-hidden"),
    ),
    "mean distance": Mistake(
        "距离平方和又除以了人数；只看了前两个中心",
        {
            "t5": """
def assign(points, centres):
    labels = []
    for p in points:
        if len(centres) == 1 or squared(p, centres[0]) <= squared(p, centres[1]):
            labels.append(0)
        else:
            labels.append(1)
    return labels


def move(points, labels, k):
    centres = []
    for g in range(k):
        own = [p for p, label in zip(points, labels) if label == g]
        centres.append(np.mean(own, axis=0))
    return centres


def inertia(points, labels, centres):
    return sum(squared(p, centres[g]) for p, g in zip(points, labels)) / len(points)
""",
        },
        ("t5-assign-hidden", "t5-inertia", "t5-hidden"),
    ),
    "not sorted": Mistake(
        "累加之前没有从高到低排序",
        {
            "t6-a": """
def whale(profits):
    running = 0
    shares = []
    for profit in profits:
        running = running + profit
        shares.append(running / sum(profits))
    return shares
""",
        },
        ("t6-whale", "t6-hidden", "t6-peak"),
    ),
    "all cost goes": Mistake(
        "以为不接这家客户，它的成本会全部省下",
        {
            "t6-b": """
peak = max(whale(accounts["利润"].tolist()))
change = 147 - 130
drop = "A"
""",
        },
        ("t6-drop",),
    ),
    "strictly above": Mistake(
        "正好在线上的算成了低",
        {
            "t7-a": """
def quarter(attraction, share, line):
    if attraction > line and share > 0.5:
        return "明星"
    if attraction > line:
        return "问题"
    if share > 0.5:
        return "现金牛"
    return "瘦狗"
""",
        },
        ("t7-hidden",),
    ),
    "axes swapped": Mistake(
        "现金牛和问题两格弄反了",
        {
            "t7-a": """
def quarter(attraction, share, line):
    if attraction >= line:
        return "明星" if share >= 0.5 else "现金牛"
    return "问题" if share >= 0.5 else "瘦狗"
""",
        },
        ("t7-four", "t7-hidden"),
    ),
    "biggest loss": Mistake(
        "挑了亏得多的一家，没有看它在哪一格",
        {
            "t7-b": """
share = accounts["给我们的"] / accounts["全年住宿花费"]
at5 = [quarter(a, s, 5) for a, s in zip(accounts["吸引力"], share)]
at7 = [quarter(a, s, 7) for a, s in zip(accounts["吸引力"], share)]
moved = sum(a != b for a, b in zip(at5, at7))
trap = "远途旅行社"
""",
        },
        ("t7-trap",),
    ),
    "contact of the willing": Mistake(
        "联系费只算了答应的人",
        {
            "t8-a": """
def programme_profit(size, response, margin, contact, cost):
    return size * response * (margin - contact) - cost
""",
        },
        ("t8-profit", "t8-hidden", "t8-worth", "t8-plan"),
    ),
    "everybody or one": Mistake(
        "只比了四套都做和合做一套，没有想到只做值得的两群",
        {
            "t8-b": """
profits = [programme_profit(n, p, 140, 7, 40000) for n, p in zip(groups["人数"], groups["反应率"])]
worth = ["商务常客", "亲子周末"]
together = programme_profit(10700, 0.11, 140, 7, 40000)
if together > sum(profits):
    plan = "C"
else:
    plan = "B"
best_profit = max(together, sum(profits))
""",
        },
        ("t8-plan",),
    ),
    "eager group": Mistake(
        "把反应率高的两群当成值得做的两群",
        {
            "t8-b": """
worth = ["亲子周末", "考试与学生"]
plan = "A"
best_profit = sum(programme_profit(n, p, 140, 7, 40000) for n, p in ((4800, 0.17), (2600, 0.23)))
""",
        },
        ("t8-worth",),
    ),
    "one programme": Mistake(
        "方案费只减了一份，没有乘块数",
        {
            "t9-a": """
def profits_by_k(rates, members, margin, contact, cost):
    return [members * (rate * margin - contact) - cost for rate in rates]
""",
        },
        ("t9-profit", "t9-hidden", "t9-best", "t9-loss"),
    ),
    "from zero": Mistake(
        "列表的位置从0数起，忘了加1",
        {
            "t9-b": """
p = profits_by_k(cuts["反应率"].tolist(), 16000, 150, 8, 60000)
best_k = p.index(max(p))
loss = max(p) - p[-1]
""",
        },
        ("t9-best",),
    ),
    "one error": Mistake(
        "区间只放了一个标准误",
        {
            "t10-a": """
def interval(a, b):
    diff = a.mean() - b.mean()
    se = np.sqrt(a.var() / len(a) + b.var() / len(b))
    return diff - se, diff + se


def verdict(low, high, line):
    if high < line:
        return "停"
    if low > line:
        return "加"
    return "攒人"
""",
        },
        ("t10-interval", "t10-interval-hidden"),
    ),
    "against zero": Mistake(
        "拿区间和0比，没有和回本线比",
        {
            "t10-a": """
def interval(a, b):
    diff = a.mean() - b.mean()
    se = np.sqrt(a.var() / len(a) + b.var() / len(b))
    return diff - 2 * se, diff + 2 * se


def verdict(low, high, line):
    if high < 0:
        return "停"
    if low > 0:
        return "加"
    return "攒人"
""",
        },
        ("t10-verdict",),
    ),
    "the difference alone": Mistake(
        "只看差有几百元，比回本线大，就说加",
        {
            "t10-b": """
line = 150 / 0.6
if given.mean() - held.mean() > line:
    advice = "加"
else:
    advice = "停"
""",
        },
        ("t10-advice",),
    ),
    "ran out of time": Mistake(
        "最后两题没有作答",
        dict.fromkeys(("t9-a", "t9-b", "t10-a", "t10-b")),
        TASKS_9_AND_10,
    ),
    "blank": Mistake(
        "写了学号，别的都没有作答",
        dict.fromkeys((
            "t1", "t2-a", "t2-b", "t3-a", "t3-b", "t4-a", "t4-b", "t5", "t6-a", "t6-b",
            "t7-a", "t7-b", "t8-a", "t8-b", "t9-a", "t9-b", "t10-a", "t10-b",
        )),
        EVERYTHING,
    ),
}  # fmt: skip

ESSAYS = {
    "good": "不能做的是差价和标签。差价的依据是系统认出了他是谁，同一天同一间房，"
    "别人看到500元他看到530元；《个人信息保护法》第二十四条说的“交易价格上不合理的差别待遇”正是这个。"
    "写在协议第二十一条没有用：没有人读，读了也不等于合理，贴到前台试试就知道。“破坏者”要换成记录：哪天、哪家店、什么事、了结没有，两次投诉多半是第一次没有解决。"
    "40万是按金卡去年的消费乘6%算的，可我算出来他们有近六成第二年没有再来，水果一盘8元、发现多收以后走掉的人也没有减。"
    "换成“连住三晚，退房延到下午两点”，谁做到给谁，写在前台。先按编号单双分一半试，每位封顶150元，要多花250元房费才回本，一年后看差的区间在250元哪一边。",
    "good too": "方案里的“尊享价”贴不出来：凭的是他是金卡，不是他提前几天订。消保法实施条例第九条不许在顾客不知情时对同等条件设不同的价。"
    "金卡里2024年还来的只有四成，40万先要打四折，"
    "再减水果钱和被发现以后的退一赔三。标“破坏者”的人会越标越多，因为员工先变了脸；我建议那一栏换成“未了结的事”，每周一认领。"
    "要给优待，就给R和F高的人，商务客发票当晚开好，带孩子的送床围，规则印在会员须知第一页；抽一半不给，满一年比房费，区间整段低于回本线就停。",
    "middling": "这份方案属于大数据杀熟，违反法律，对老顾客不公平，被发现会上热搜，所以40万赚不到。"
    "“破坏者”这个称呼不尊重人。建议改成给金卡打九折，送早餐，先找一两家店试点，效果好再推广。",
    "short": "不能给老顾客涨价，这是杀熟。可以明码标价，提前七天订便宜三十元，人人都能做到。投诉过的客人要好好对待，不能往后排。",
    "poor": "顾客是上帝，金卡顾客更是上帝，不应该涨价。如果要涨，就提前通知，多送礼品，让顾客觉得物有所值。商家要诚信经营。",
}
