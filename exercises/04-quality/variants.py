"""Typical submissions of assignment 4: the mistakes and what each costs.

The tests grade every mistake and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake

MISTAKES = {
    "sheets counted": Mistake(
        "收回率数的是卷子，重复交的算了两次",
        {
            "t1": """
answered = sheets[sheets["satisfaction"] >= 1]
once = answered.drop_duplicates("visit_id")
back_rate = len(answered) / len(sheets)
""",
        },
        ("t1-rate",),
    ),
    "any copy": Mistake(
        "按客人编号去重，不按入住去重",
        {
            "t1": """
answered = sheets[sheets["satisfaction"] >= 1]
once = answered.drop_duplicates("guest_id")
back_rate = len(answered.drop_duplicates("visit_id")) / sheets["visit_id"].nunique()
""",
            "t2-b": """
short_stores = [5, 14, 21]
same = answered.drop_duplicates("visit_id").copy()
rows = same["store_id"].isin(short_stores)
before = same.groupby("store_id")[P].mean().mean(axis=1).rank(ascending=False)
same.loc[rows, P + E] = to_seven(same.loc[rows, P + E])
rank_before = before[14]
rank_after = same.groupby("store_id")[P].mean().mean(axis=1).rank(ascending=False)[14]
""",
        },
        ("t1-once",),
    ),
    "times seven fifths": Mistake(
        "换算成乘7除5，1分变成了1.4分",
        {
            "t2-a": """
def to_seven(score):
    return score * 7 / 5
""",
        },
        ("t2-scale", "t2-same", "t4-before", "t4-after", "t5-own", "t6-own"),
    ),
    "perceptions only": Mistake(
        "只换算了感知题，期望题还是5分制",
        {
            "t2-b": """
top = once.groupby("store_id")[P + E].max().max(axis=1)
short_stores = list(top[top <= 5].index)
same = once.copy()
rows = same["store_id"].isin(short_stores)
same.loc[rows, P] = to_seven(same.loc[rows, P])
rank_before = once.groupby("store_id")[P].mean().mean(axis=1).rank(ascending=False)[14]
rank_after = same.groupby("store_id")[P].mean().mean(axis=1).rank(ascending=False)[14]
""",
        },
        ("t2-same", "t3-clean", "t4-before", "t4-after", "t5-own", "t6-own"),
    ),
    "from the bottom": Mistake(
        "名次从低到高排，第1名成了最差的",
        {
            "t2-b": """
top = once.groupby("store_id")[P + E].max().max(axis=1)
short_stores = list(top[top <= 5].index)
same = once.copy()
rows = same["store_id"].isin(short_stores)
same.loc[rows, P + E] = to_seven(same.loc[rows, P + E])
rank_before = once.groupby("store_id")[P].mean().mean(axis=1).rank()[14]
rank_after = same.groupby("store_id")[P].mean().mean(axis=1).rank()[14]
""",
        },
        ("t2-ranks",),
    ),
    "down the column": Mistake(
        "竖着数每一题有几种分数，没有横着数每个人",
        {
            "t3-a": """
def is_straight(answers):
    return answers.nunique() == 1
""",
            "t3-b": """
straight = same[P + E].nunique(axis=1) == 1
n_straight = straight.sum()
cleaned = same[~straight]
""",
        },
        ("t3-function", "t3-hidden"),
    ),
    "first and last": Mistake(
        "只比了第一题和最后一题",
        {
            "t3-a": """
def is_straight(answers):
    return answers.iloc[:, 0] == answers.iloc[:, -1]
""",
            "t3-b": """
n_straight = (same[P + E].nunique(axis=1) == 1).sum()
cleaned = same[same[P + E].nunique(axis=1) > 1]
""",
        },
        ("t3-hidden",),
    ),
    "kept the lazy": Mistake(
        "删反了，留下的是闭眼打勾的",
        {
            "t3-b": """
straight = is_straight(same[P + E])
n_straight = straight.sum()
cleaned = same[straight]
""",
            "t4-a": """
def alpha(items):
    k = items.shape[1]
    return k / (k - 1) * (1 - items.var().sum() / items.sum(axis=1).var())


alpha_before = alpha(same[E])
alpha_after = alpha(cleaned[E])
""",
            "t8-a": """
lowest_score = "保证"
lowest_gap = "保证"
""",
            "t8-b": """
def paired_z(a, b):
    d = a - b
    return d.mean() / (d.std() / len(d) ** 0.5)


z_here = 0.0
advice = "C"
""",
        },
        ("t3-clean", "t4-after", "t5-own", "t6-own", "t8-lowest", "t8-advice"),
    ),
    "no k": Mistake(
        "α忘了乘 k ÷ (k − 1)",
        {
            "t4-a": """
def alpha(items):
    return 1 - items.var().sum() / items.sum(axis=1).var()


alpha_before = alpha(same[E])
alpha_after = alpha(cleaned[E])
""",
        },
        ("t4-function", "t4-hidden", "t4-before", "t4-after", "t6-own"),
    ),
    "ten items": Mistake(
        "题数写死成10",
        {
            "t4-a": """
def alpha(items):
    return 10 / 9 * (1 - items.var().sum() / items.sum(axis=1).var())


alpha_before = alpha(same[E])
alpha_after = alpha(cleaned[E])
""",
        },
        ("t4-function", "t4-hidden"),
    ),
    "expected first": Mistake(
        "期望减感知，正负号反了",
        {
            "t5-a": """
def dimension_gaps(rows):
    gaps = {}
    for k in range(5):
        mine = [2 * k, 2 * k + 1]
        e = rows[[E[i] for i in mine]].mean().mean()
        p = rows[[P[i] for i in mine]].mean().mean()
        gaps[DIMENSIONS[k]] = e - p
    return gaps


def servqual(gaps, weights):
    return sum(weights[d] * gaps[d] for d in gaps) / sum(weights.values())
""",
            "t8-a": """
here = cleaned[cleaned["store_id"] == 2]
felt = {DIMENSIONS[k]: here[P[2 * k : 2 * k + 2]].mean().mean() for k in range(5)}
lowest_score = min(felt, key=felt.get)
lowest_gap = max(dimension_gaps(here), key=dimension_gaps(here).get)
""",
        },
        ("t5-gaps", "t5-gaps-hidden", "t5-own"),
    ),
    "weights not divided": Mistake(
        "加权以后没有除以权重之和",
        {
            "t5-a": """
def dimension_gaps(rows):
    d = [rows[p] - rows[e] for p, e in zip(P, E)]
    return {DIMENSIONS[k]: ((d[2 * k] + d[2 * k + 1]) / 2).mean() for k in range(5)}


def servqual(gaps, weights):
    return sum(weights[d] * gaps[d] for d in gaps) / 100
""",
            "t5-b": """
found = dimension_gaps(cleaned)
sq_equal = servqual(found, dict.fromkeys(DIMENSIONS, 20))
sq_cited = servqual(found, {"可靠": 32, "响应": 22, "保证": 19, "移情": 16, "有形": 11})
""",
        },
        ("t5-weights", "t5-weights-hidden"),
    ),
    "by order": Mistake(
        "权重按次序配，没有按维度的名字配",
        {
            "t5-a": """
def dimension_gaps(rows):
    d = [rows[p] - rows[e] for p, e in zip(P, E)]
    return {DIMENSIONS[k]: ((d[2 * k] + d[2 * k + 1]) / 2).mean() for k in range(5)}


def servqual(gaps, weights):
    w = list(weights.values())
    g = list(gaps.values())
    return sum(a * b for a, b in zip(w, g)) / sum(w)
""",
        },
        ("t5-weights-hidden",),
    ),
    "brackets": Mistake(
        "漏了分子的括号，只有相关除以了1减相关",
        {
            "t6": """
def gap_reliability(r_p, r_e, r_pe):
    return (r_p + r_e) / 2 - r_pe / (1 - r_pe)


my_rd = gap_reliability(alpha(cleaned[P]), alpha(cleaned[E]), cleaned[P].mean(axis=1).corr(cleaned[E].mean(axis=1)))
highest_r = 0.12
""",
        },
        ("t6-function", "t6-hidden", "t6-own", "t6-limit"),
    ),
    "one alpha": Mistake(
        "把感知的α当成差距分数的信度",
        {
            "t6": """
def gap_reliability(r_p, r_e, r_pe):
    return ((r_p + r_e) / 2 - r_pe) / (1 - r_pe)


my_rd = alpha(cleaned[P])
highest_r = 0.4
""",
        },
        ("t6-own",),
    ),
    "one cross": Mistake(
        "函数里把十字写死在6分，没有用传进来的界线",
        {
            "t7": """
def label(importance, performance, line_i, line_p):
    if importance >= 6 and performance >= 6:
        return "继续保持"
    if importance >= 6:
        return "重点改进"
    if performance >= 6:
        return "做过头了"
    return "先放一放"


fix_at_means = ["订单兑现", "前台帮忙"]
fix_at_middle = []
fix_lower = ["前台帮忙", "网络"]
""",
        },
        ("t7-hidden", "t7-lower"),
    ),
    "swapped lines": Mistake(
        "“做过头了”和“重点改进”写反了",
        {
            "t7": """
def label(importance, performance, line_i, line_p):
    if importance >= line_i:
        return "继续保持" if performance >= line_p else "做过头了"
    return "重点改进" if performance >= line_p else "先放一放"


def pick(line_i, line_p):
    return [n for n in ipa.index if label(ipa["重要"][n], ipa["做得好"][n], line_i, line_p) == "重点改进"]


fix_at_means = pick(ipa["重要"].mean(), ipa["做得好"].mean())
fix_at_middle = pick(5, 5)
fix_lower = pick(6, ipa["做得好"].mean())
""",
        },
        ("t7-label", "t7-hidden", "t7-means", "t7-lower"),
    ),
    "two groups": Mistake(
        "比可靠和移情时当成两批人，没有逐人相减",
        {
            "t8-b": """
def paired_z(a, b):
    return (a.mean() - b.mean()) / np.sqrt(a.var() / len(a) + b.var() / len(b))


one = here[["p1", "p2"]].mean(axis=1) - here[["e1", "e2"]].mean(axis=1)
other = here[["p7", "p8"]].mean(axis=1) - here[["e7", "e8"]].mean(axis=1)
z_here = paired_z(one, other)
advice = "C"
if z_here < -1.96:
    advice = "A"
""",
        },
        ("t8-z", "t8-hidden", "t8-advice"),
    ),
    "scores alone": Mistake(
        "只看打分，把差得最多的也写成打分最低的，照着补移情",
        {
            "t8-a": """
here = cleaned[cleaned["store_id"] == 2]
felt = {DIMENSIONS[k]: here[P[2 * k : 2 * k + 2]].mean().mean() for k in range(5)}
lowest_score = min(felt, key=felt.get)
lowest_gap = lowest_score
""",
            "t8-b": """
def paired_z(a, b):
    return (a - b).mean() / ((a - b).std() / np.sqrt(len(a)))


z_here = paired_z(here[["p1", "p2"]].mean(axis=1), here[["p7", "p8"]].mean(axis=1))
advice = "B"
""",
        },
        ("t8-lowest", "t8-advice"),
    ),
    "in order": Mistake(
        "照差距的次序补，没有从便宜的补起",
        {
            "t9": """
def repair(pairs, budget):
    left = 0
    for cost, gap in pairs:
        mended = min(gap, budget / cost)
        budget = budget - mended * cost
        left = left + gap - mended
    return left


left_cheap = repair([(10, 0.4), (15, 0.9), (40, 1.8), (5, 0.7)], 15)
left_big = 3.8 - 15 / 40
budget_needed = 0.4 * 10 + 0.9 * 15 + 1.0 * 40
""",
        },
        ("t9-function", "t9-decision"),
    ),
    "endless money": Mistake(
        "补完一项没有从钱里扣",
        {
            "t9": """
def repair(pairs, budget):
    left = 0
    for cost, gap in sorted(pairs):
        left = left + gap - min(gap, budget / cost)
    return left


left_cheap = repair([(10, 0.4), (15, 0.9), (40, 1.8), (5, 0.7)], 15)
left_big = 3.8 - 15 / 40
budget_needed = 33
""",
        },
        ("t9-function", "t9-decision"),
    ),
    "ran out of time": Mistake(
        "最后三题没有作答",
        dict.fromkeys(("t7", "t8-a", "t8-b", "t9")),
        (
            "t7-label", "t7-hidden", "t7-means", "t7-lower", "t8-lowest", "t8-z", "t8-hidden", "t8-advice",
            "t9-function", "t9-decision",
        ),
    ),
}  # fmt: skip

ESSAYS = {
    "good": "两个用途分开。排名只问感知：r_D=((0.86+0.78)/2-0.6)/(1-0.6)=0.55，差距分数近一半是误差，用它比小窗口、比个人会排错；"
    "三个食堂比平均数时误差抵消一些，可是换承包商关系到人家去留，0.86也不到0.9，名次旁边写标准误，差不到两个标准误的并列。"
    "找毛病时期望另外问、另外报，看哪一项被期待。SERVQUAL并不是没有用，元分析说两种预测得一样好；要是期望在开学前问，相关降到0.3，r_D就有0.74，我会考虑用差距。"
    "改题：可靠，“公示的菜单到12点半还有”；响应，“反映饭菜凉了，当场加热”；移情题放到响应里，有形改问餐盘。"
    "9份同一列的删掉并写明，α和相关多半会降，r_D要重算；三个食堂统一用7分制，写收回率，给没交的人抽问二十个。",
    "middling": "建议用SERVPERF。差距分数的信度是(0.82-0.60)/0.40=0.55，不到0.7，用来排名不公平。只问感知题目少，同学愿意答。"
    "SERVQUAL的好处是知道期望高在哪里。题目要改成食堂的，例如“菜是热的”。那9份应该删掉，不然不准。",
    "wrong number": "我选SERVQUAL，因为它能看出期望和感知的差，食堂最缺的就是知道差在哪里。信度0.86和0.78都过了0.7，"
    "差距分数的信度大约是0.82，可以用。"
    "可靠改成“到点有菜”，响应改成“加饭快”。删掉9份闭眼打勾的。排名的时候三个食堂用同一张表。",
    "poor": "两种量表各有利弊，要结合食堂的实际情况灵活使用。信度都大于0.7，说明问卷可信。食堂要从五个维度全面提升服务质量，让同学们满意。",
}
