"""Typical submissions of assignment 12: the mistakes and what each costs, and reports of several qualities.

The tests grade every mistake alone and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake

MISTAKES = {
    "both groups": Mistake(
        "忘了只数培训店，格子也只按年份分",
        {
            "t1": """
n_trained = len(cases[cases["year"] == 2026])
n_west = len(cases[cases["store_id"] == 11])
four = cases.groupby("year")["gain"].mean()
""",
        },
        ("t1-count", "t1-four"),
    ),
    "times, not over": Mistake(
        "限额写成了乘，没有除",
        {
            "t2-a": """
def limit(asking, wrong):
    return asking * wrong


def who_decides(amount, asking, wrong):
    return "自己定" if amount <= asking * wrong else "请示"
""",
        },
        ("t2-limit", "t2-who"),
    ),
    "just below": Mistake(
        "正好等于限额的也叫去请示",
        {
            "t2-a": """
def limit(asking, wrong):
    return asking / wrong


def who_decides(amount, asking, wrong):
    if amount < asking / wrong:
        return "自己定"
    else:
        return "请示"
""",
        },
        ("t2-who",),
    ),
    "pooled": Mistake(
        "把新老员工的抽查合在一起，一个限额用到底",
        {
            "t2-b": """
limit_old = 30 / (7 / 85)
limit_new = 30 / (7 / 85)
old_does = "请示"
new_does = "请示"
""",
        },
        ("t2-two", "t2-decision"),
    ),
    "never forgets": Mistake(
        "忘了写遗忘的那一份",
        {
            "t3-a": """
def next_skill(skill, hours, turnover):
    return skill + 0.01 * hours * (9 - skill) - turnover * (skill - 3)


def skill_path(skill, hours, turnover, quarters):
    path = [skill]
    for q in range(quarters):
        path.append(next_skill(path[-1], hours, turnover))
    return path
""",
        },
        ("t3-step", "t3-path", "t3-hidden"),
    ),
    "start left out": Mistake(
        "列表里没有现在的手艺",
        {
            "t3-a": """
def next_skill(skill, hours, turnover):
    return skill + 0.01 * hours * (9 - skill) - (0.05 + turnover) * (skill - 3)


def skill_path(skill, hours, turnover, quarters):
    path = []
    for q in range(quarters):
        skill = next_skill(skill, hours, turnover)
        path.append(skill)
    return path
""",
        },
        ("t3-path", "t3-hidden"),
    ),
    "half of everything": Mistake(
        "等到手艺本身掉到一半，没有减去新人的3分",
        {
            "t3-b": """
s, half_gone = 6.6, 0
while s > 3.3:
    s = s - 0.2 * (s - 3)
    half_gone = half_gone + 1
better_way = "A"
""",
        },
        ("t3-decision",),
    ),
    "before and after": Mistake(
        "拿前后比当双重差分",
        {
            "t4": """
def three_answers(table):
    m = table.groupby(["group", "year"])["gain"].mean()
    d = m["培训", 2026] - m["培训", 2025]
    return {"before_after": d, "two_groups": m["培训", 2026] - m["对照", 2026], "did": d}
""",
        },
        ("t4-did", "t4-hidden"),
    ),
    "own table": Mistake(
        "函数里用了 cases，没有用传进来的表",
        {
            "t4": """
def three_answers(table):
    m = cases.groupby(["group", "year"])["gain"].mean()
    a = m["培训", 2026] - m["培训", 2025]
    b = m["对照", 2026] - m["对照", 2025]
    return {"before_after": a, "two_groups": m["培训", 2026] - m["对照", 2026], "did": a - b}
""",
        },
        ("t4-naive", "t4-did", "t4-hidden"),
    ),
    "all stores at once": Mistake(
        "没有按店分开，变化只有一个数",
        {
            "t5-a": """
def store_changes(table):
    return table[table["year"] == 2026]["gain"].mean() - table[table["year"] == 2025]["gain"].mean()
""",
            "t5-c": """
m = cases.groupby(["group", "year"])["gain"].mean()
effect = m["培训", 2026] - m["培训", 2025] - m["对照", 2026] + m["对照", 2025]
error = np.sqrt(sum(g.var() / len(g) for _, g in cases.groupby(["group", "year"])["gain"]))
low = effect - 2.07 * error
high = effect + 2.07 * error
""",
        },
        ("t5-changes", "t5-interval"),
    ),
    "not over stores": Mistake(
        "标准误没有除以店数",
        {
            "t5-b": """
def effect_and_error(trained, control):
    effect = trained.mean() - control.mean()
    return effect, np.sqrt(trained.var() + control.var())
""",
        },
        ("t5-error", "t5-hidden", "t5-interval"),
    ),
    "one cell": Mistake(
        "按投诉算标准误时只用了培训店2026年的一个格子",
        {
            "t6-a": """
g = cases[(cases["group"] == "培训") & (cases["year"] == 2026)]["gain"]
naive_error = np.sqrt(g.var() / len(g))
""",
        },
        ("t6-naive",),
    ),
    "gain again": Mistake(
        "安慰剂检验忘了换列，又算了一遍涨分",
        {
            "t6-b": """
m = cases.groupby(["store_id", "year"])["gain"].mean().unstack()
d = m[2026] - m[2025]
x = d.loc[pilot[pilot["group"] == "培训"]["store_id"]]
y = d.loc[pilot[pilot["group"] == "对照"]["store_id"]]
wide = 2.07 * np.sqrt(x.var() / 12 + y.var() / 12)
placebo_low = x.mean() - y.mean() - wide
placebo_high = x.mean() - y.mean() + wide
placebo_moved = True
""",
        },
        ("t6-placebo", "t6-moved"),
    ),
    "one sided": Mistake(
        "只数正的假效应，没有取绝对值",
        {
            "t6-c": """
def as_large(effect, fakes):
    n = 0
    for f in fakes:
        if f >= effect:
            n = n + 1
    return n / len(fakes)
""",
        },
        ("t6-fakes",),
    ),
    "one month": Mistake(
        "月费忘了乘12",
        {
            "t7-a": """
s = cases.groupby(["group", "year"])["solved"].mean()
more_solved = s["培训", 2026] - s["培训", 2025] - s["对照", 2026] + s["对照", 2025]


def cost_per_solved(monthly, complaints, more):
    return monthly / (complaints * more)
""",
            "t7-b": """
each = cost_per_solved(4000, 56, more_solved)
fee_limit = 1500 * 56 * more_solved
roll_out = "A" if each <= 1500 else "B"
""",
        },
        ("t7-function", "t7-money", "t7-decision"),
    ),
    "it works": Mistake(
        "有效就全铺开",
        {
            "t7-b": """
each = cost_per_solved(4000, 56, more_solved)
fee_limit = 1500 * 56 * more_solved / 12
roll_out = "A"
""",
        },
        ("t7-decision",),
    ),
    "times twelve": Mistake(
        "每月的比例乘12当成一年的",
        {
            "t8-a": """
leave_low = staff[staff["satisfaction"] < 4]["gone"].mean()
leave_high = staff[staff["satisfaction"] >= 5]["gone"].mean()


def gone_in_a_year(monthly):
    return 12 * monthly
""",
        },
        ("t8-year",),
    ),
    "nobody else leaves": Mistake(
        "以为满意的人一个也不走",
        {
            "t8-b": """
saved = leave_low * 9000
keep_plan = "A" if saved >= 1000 else "B"
""",
        },
        ("t8-decision",),
    ),
    "cash only": Mistake(
        "只比累计利润，没有算期末回头客值的钱；单位也没有换成万元",
        {
            "t9-a": """
def first_behind(ours, base):
    for i in range(len(ours)):
        if ours[i] < base[i]:
            return i + 1
    return 0


a, b = hotel_chain.handed_in(code_a), hotel_chain.handed_in(code_b)
lead_a = a["cash"] - plain["cash"]
lead_b = b["cash"] - plain["cash"]
quarter_a = first_behind([q["cash"] for q in a["quarters"]], [q["cash"] for q in plain["quarters"]])
""",
        },
        ("t9-leads",),
    ),
    "counted from zero": Mistake(
        "季数从0数起",
        {
            "t9-a": """
def first_behind(ours, base):
    for i in range(len(ours)):
        if ours[i] < base[i]:
            return i
    return 0


a, b = hotel_chain.handed_in(code_a), hotel_chain.handed_in(code_b)
lead_a = (a["total"] - a["unchanged"]) / 10000
lead_b = (b["total"] - b["unchanged"]) / 10000
quarter_a = first_behind([q["cash"] for q in a["quarters"]], [q["cash"] for q in plain["quarters"]])
""",
        },
        ("t9-function", "t9-quarter"),
    ),
    "ran out of time": Mistake(
        "最后两题没有作答",
        dict.fromkeys(("t8-a", "t8-b", "t9-a")),
        ("t8-leave", "t8-year", "t8-decision", "t9-leads", "t9-function", "t9-quarter"),
    ),
}

ESSAYS = {
    "good": "一、有效。抽签分组，培训店的变化减对照店的变化，双重差分4.0分；时间和店的底子各减掉一次。"
    "二、多大。24家店各留一个变化，效应4.9分，95%区间3.1到6.8，不含0。要是按一千多起投诉算，误差会小一截，那是假的，因为同一家店由同一班人处理。"
    "三、划算吗。解决率多0.16，每店一年多解决9起，每起合5,300元，最多值1,500元，照4,000元的月费不划算，1,100元左右才够本。"
    "不好看的结果：赔偿公平没动（本来就不该动）；只有一年，店数少，看不出利润的变化。"
    "决定：不全铺开，课录像，投诉最多的六家每月花800元续训，郑凯负责，九月底抽查20条；要是多解决一起查实值5,400元，我改主意。",
    "good too": "先说结论：今年不照原价铺开。有效是真的：随机试点，双重差分按店算，95%区间整段在0以上。大小：大约5分，最少也有2分多。"
    "但是一年4.8万元只换来每店多解决不到十起，每起五千多元，高过财务的1,500元。"
    "安慰剂（赔得公不公平）区间含0，没有串味；平行趋势我查不了，靠抽签。下一步：六家店抽签试录像课，周敏负责，六月三十日看解决率，差不到10个百分点就停。",
    "middling": (
        "培训有效，双重差分是正的，95%区间不含0。效果大概是5分。花的钱比较多，一起要几千元，可能不太划算。"
        "建议先在投诉多的店做，观察一段时间再推广。赔偿公平没有变化。"
    ),
    "short": "前后比涨了4分多，对照店没怎么变，所以有效。但是太贵，不建议铺开。",
    "poor": "培训以后客人的满意指数明显提高，说明培训很有用。员工是第一生产力，应该全部门店铺开，加强考核，提高服务水平。",
}
