"""Typical submissions of assignment 7: the mistakes and what each costs.

The tests grade every mistake and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake

ALL_OF_8 = ("t8-indirect", "t8-hidden", "t8-interval", "t8-decision")
ALL_OF_9 = ("t9-own", "t9-hidden", "t9-decision")
ALL_OF_10 = ("t10-function", "t10-hidden", "t10-share", "t10-decision")

MISTAKES = {
    "only those told of": Mistake(
        "拿有人说起的住店当分母，漏掉了没有说起的；R也跟着错，平台那一题就算错了",
        {
            "t1": """
n_stays = len(visits)
n_bookings = referrals["bookings"].sum()
R_mine = referrals["bookings"].mean()
""",
        },
        ("t1-rate", "t7-decision"),
    ),
    "whole chain": Mistake(
        "读了全部客人的表，没有用按学号抽出的那一份",
        {
            "t1": """
all_visits = datasets.load_panel_visits()
all_referrals = datasets.load_referrals()
n_stays = len(all_visits)
n_bookings = all_referrals["bookings"].sum()
R_mine = n_bookings / n_stays
""",
        },
        ("t1-stays", "t1-bookings", "t1-rate", "t7-decision"),
    ),
    "rows not bookings": Mistake(
        "把 referrals 的行数当成订房次数",
        {
            "t1": """
n_stays = visits.shape[0]
n_bookings = len(referrals)
R_mine = referrals["bookings"].sum() / n_stays
""",
        },
        ("t1-bookings",),
    ),
    "times not power": Mistake(
        "把S的γ次方写成S乘γ",
        {
            "t2-a": "rise_hand = 0.8 * 3 - 0.7 * 3",
            "t2-b": """
def loyal(S, gamma):
    return S * gamma
""",
        },
        ("t2-hand", "t2-function", "t2-hidden"),
    ),
    "prints": Mistake(
        "函数里用了 print，没有 return",
        {
            "t2-b": """
def loyal(S, gamma):
    print(S**gamma)
""",
        },
        ("t2-function", "t2-hidden"),
    ),
    "names crossed": Mistake(
        "囚禁者和图利者记反了",
        {
            "t3-a": """
def kind_of(S, L, cut_S=0.5, cut_L=0.5):
    if S >= cut_S and L >= cut_L:
        return "传道者"
    elif S >= cut_S:
        return "囚禁者"
    elif L >= cut_L:
        return "图利者"
    else:
        return "破坏者"
""",
        },
        ("t3-kinds", "t3-hidden"),
    ),
    "fixed line": Mistake(
        "线写死成0.5，没有用传进来的线",
        {
            "t3-a": """
def kind_of(S, L, cut_S=0.5, cut_L=0.5):
    if S >= 0.5:
        return "传道者" if L >= 0.5 else "图利者"
    return "囚禁者" if L >= 0.5 else "破坏者"
""",
        },
        ("t3-hidden",),
    ),
    "above the line": Mistake(
        "正好落在线上的算成低",
        {
            "t3-a": """
def kind_of(S, L, cut_S=0.5, cut_L=0.5):
    if S > cut_S and L > cut_L:
        return "传道者"
    if S > cut_S:
        return "图利者"
    if L > cut_L:
        return "囚禁者"
    return "破坏者"
""",
        },
        ("t3-hidden",),
    ),
    "as drawn": Mistake(
        "两家的线不一样就直接相比，同意了海报",
        {
            "t3-b": """
hostages_low = ((habits["S"] < 0.5) & (habits["L"] >= 0.5)).sum()
hostages_high = ((habits["S"] < 0.75) & (habits["L"] >= 0.5)).sum()
lead = ((habits["S"] >= 0.5) & (habits["L"] >= 0.5)).mean() - 0.6
poster = "A"
""",
        },
        ("t3-decision",),
    ),
    "not squared": Mistake(
        "误差没有平方，正负抵消，于是γ也挑错了",
        {
            "t4-a": """
def misfit(gamma, S, L):
    return sum(l - s**gamma for s, l in zip(S, L))


def best_gamma(S, L):
    best = gammas[0]
    for g in gammas:
        if misfit(g, S, L) < misfit(best, S, L):
            best = g
    return best
""",
        },
        ("t4-error", "t4-error-hidden", "t4-gamma", "t4-gamma-hidden", "t4-decision"),
    ),
    "error for gamma": Mistake(
        "返回了最小的误差，没有返回γ",
        {
            "t4-a": """
def misfit(gamma, S, L):
    total = 0
    for s, l in zip(S, L):
        total += (l - s**gamma) ** 2
    return total


def best_gamma(S, L):
    return min(misfit(g, S, L) for g in gammas)
""",
        },
        ("t4-gamma", "t4-gamma-hidden", "t4-decision"),
    ),
    "mean error": Mistake(
        "求了平均，没有加起来；挑出的γ倒是对的",
        {
            "t4-a": """
def misfit(gamma, S, L):
    return sum((l - s**gamma) ** 2 for s, l in zip(S, L)) / len(S)


def best_gamma(S, L):
    return min(gammas, key=lambda g: misfit(g, S, L))
""",
        },
        ("t4-error", "t4-error-hidden"),
    ),
    "steeper is better": Mistake(
        "只看哪里的曲线更陡，没有减去要花的钱",
        {
            "t4-b": """
g1 = best_gamma(S_city, L_jia)
g2 = best_gamma(S_city, L_yi)
net_jia = 100 * (0.9**g1 - 0.8**g1)
net_yi = 100 * (0.9**g2 - 0.8**g2)
city = "A" if net_jia > net_yi else "B"
""",
        },
        ("t4-decision",),
    ),
    "tellers only": Mistake(
        "只平均了说过话的住店，没有把不说的当成0",
        {
            "t5": """
talked = visits.merge(referrals[["visit_id", "valence", "told"]], on="visit_id")
told_mean = talked.groupby("rating")["told"].mean()
per_guest = told_mean[1] / told_mean[5]
in_all = talked[talked["valence"] == "正面"]["told"].sum() / talked[talked["valence"] == "负面"]["told"].sum()
""",
        },
        ("t5-mean", "t5-each"),
    ),
    "mean of words": Mistake(
        "总人次写成了平均数，好话坏话谁多就看不出来了",
        {
            "t5": """
told_mean = words.groupby("rating")["told"].mean()
per_guest = told_mean[1] / told_mean[5]
in_all = words[words["valence"] == "正面"]["told"].mean() / words[words["valence"] == "负面"]["told"].mean()
""",
        },
        ("t5-total",),
    ),
    "no brackets": Mistake(
        "分母少了一对括号",
        {
            "t6-a": """
def break_even(s, won, told):
    return s * won / (1 - s) * told


def net_100(s, q, won, told):
    return 100 * (s * won - (1 - s) * told * q)
""",
        },
        ("t6-even", "t6-hidden"),
    ),
    "textbook share": Mistake(
        "照搬课文的九成满意，没有用自己的满意率",
        {
            "t6-b": """
s_mine = 0.9
word = "A" if net_100(s_mine, 0.125, 1, 25) > 0 else "B"
""",
        },
        ("t6-decision",),
    ),
    "one wave short": Mistake(
        "少算一轮",
        {
            "t7-a": """
def after_rounds(R, rounds, start):
    total = 0
    for n in range(rounds):
        total = total + start * R**n
    return total


def forever(R, start):
    if R < 1:
        return start / (1 - R)
    return float("inf")
""",
        },
        ("t7-rounds", "t7-hidden"),
    ),
    "no limit": Mistake(
        "没有想到R等于或大于1",
        {
            "t7-a": """
def after_rounds(R, rounds, start):
    return sum(start * R**n for n in range(rounds + 1))


def forever(R, start):
    return start / (1 - R)
""",
        },
        ("t7-forever", "t7-hidden"),
    ),
    "twice the guests": Mistake(
        "相信R翻倍客人就翻倍",
        {
            "t7-b": """
more_guests = 10000
deal = "A"
""",
        },
        ("t7-decision",),
    ),
    "one at a time": Mistake(
        "算b时没有把等待一起放进回归",
        {
            "t8-a": """
def effects(table):
    a = slopes(table, "performance", ["wait"])["wait"]
    b = slopes(table, "rating", ["performance"])["performance"]
    c = slopes(table, "rating", ["wait"])["wait"]
    return a * b, c
""",
        },
        ("t8-indirect", "t8-hidden"),
    ),
    "two errors": Mistake(
        "区间用了平均数加减两个标准差，没有用百分位数",
        {
            "t8-b": """
def interval(estimates):
    return np.mean(estimates) - 2 * np.std(estimates), np.mean(estimates) + 2 * np.std(estimates)
""",
        },
        ("t8-interval",),
    ),
    "sample is sample": Mistake(
        "没有看区间，60次住店也当作说得准",
        {
            "t8-c": """
sure_60 = bool(np.mean(boot_60) != 0)
sure_600 = bool(np.mean(boot_600) != 0)
""",
        },
        ("t8-decision",),
    ),
    "grand mean": Mistake(
        "减去了全连锁的平均，没有减本店的平均",
        {
            "t9-a": """
def from_own(table, column):
    return table[column] - table[column].mean()
""",
        },
        ("t9-own", "t9-hidden", "t9-decision"),
    ),
    "own column": Mistake(
        "列名写死成 skill",
        {
            "t9-a": """
def from_own(table, column):
    return table["skill"] - table.groupby("store_id")["skill"].transform("mean")
""",
        },
        ("t9-hidden", "t9-decision"),
    ),
    "between only": Mistake(
        "看见店与店没有关系，就说老秦对",
        {
            "t9-b": """
m = team.groupby("store_id")[["skill", "performance"]].mean()
b, e = slope_error(m["skill"], m["performance"])
z_between = b / e
b, e = slope_error(from_own(team, "skill"), from_own(team, "performance"))
z_within = b / e
verdict = "A"
""",
        },
        ("t9-decision",),
    ),
    "would not have come": Mistake(
        "把本来就没打算住的也算成被坏话劝走的，于是先止坏话",
        {
            "t10-b": """
q_west = 21 / 60
stop = payback(0.25, 16 * q_west * 280, 240)
make = payback(0.3, 6 / 10 * 280, 50)
first = "A" if stop > make else "B"
p_equal = make * 240 / (16 * q_west * 280)
""",
        },
        ("t10-share", "t10-decision"),
    ),
    "gain less cost": Mistake(
        "回报写成了赚的钱减花的钱",
        {
            "t10-a": """
def payback(p, change, cost):
    return p * change - cost
""",
        },
        ("t10-function", "t10-hidden", "t10-decision"),
    ),
    "ran out of time": Mistake(
        "最后三题没有作答",
        dict.fromkeys(("t8-a", "t8-b", "t8-c", "t9-a", "t9-b", "t10-a", "t10-b")),
        (*ALL_OF_8, *ALL_OF_9, *ALL_OF_10),
    ),
}

ESSAYS = {
    "good": "店长：先别用讲师那句话。赫斯克特2002年写过忠诚的四级，‘制止破坏者回报最高’和‘天生’我都没有查到出处。"
    "而且两句合在一起不通：真是天生的，花钱也办不成，p接近0，回报就接近0。该不该花，要一个一个看。"
    "押金那位，错在我们，今天退钱道歉，这不算制止的钱。装修的两位，噪声在先、没回电话在后，由我上门，各送一晚，成本约250元："
    "按五成能收住、少15个人听坏话、其中15%本来会来而不来、每位毛利280元，Δv=15×0.15×280=630元，回报0.5×630÷250=1.26；"
    "15%是上月电话问来的，人少，最不准，若只有一成，回报0.84，就亏了，所以先只做这两位。"
    "索要封口费的，不给钱，保存录音，照店规和法律办，告诉他投诉可以打12315。"
    "余下的钱留着。十月起，凡是两天没有回音的投诉，抽签一半由主管当天打电话，一半照旧，满三个月比较两组再来的比例和还在发帖的人数，差过两个标准误才推开。",
    "middling": "我认为讲师说得不完全对。首先，破坏者不是天生的，是服务没做好造成的，所以‘天生’没有依据。"
    "制止是值得的，因为一个破坏者会告诉25个人，假如其中有5个不来，每人300元，就少赚1500元，而补偿只要500元，回报是3。"
    "对四位客人，先道歉，再根据情况补偿，辱骂员工的那位不补偿。之后要定期回访，看他们满意不满意，还要培训员工，减少这样的事发生。",
    "poor": "哈佛的研究已经证明制止破坏者的回报最高，所以应该马上花钱，把四位客人都安抚好，每人给1000元，请他们删掉差评。"
    "如果不删就拉进黑名单，因为这种人天生就爱找麻烦。同时请满意的客人多写好评，可以返现，这样差评就看不见了。",
}
