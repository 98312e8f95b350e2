"""Typical submissions of assignment 6: the mistakes and what each costs.

The tests grade every mistake alone or beside others of other tasks, and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake

MISTAKES = {
    "share of all stays": Mistake(
        "开口率除以了全部住店，解决率除以了差错的次数",
        {
            "t1": """
n_failed = len(visits[visits["severity"] > 0])
voice = len(complaints) / len(visits)
resolved_share = len(complaints[complaints["resolved"] == "是"]) / n_failed
voice_severe = len(complaints[complaints["severity"] == 3]) / len(visits[visits["severity"] == 3])
""",
        },
        ("t1-voice", "t1-resolved"),
    ),
    "severe of all": Mistake(
        "严重的投诉除以了全部差错",
        {
            "t1": """
n_failed = (visits["severity"] > 0).sum()
voice = len(complaints) / n_failed
resolved_share = (complaints["resolved"] == "是").mean()
voice_severe = (complaints["severity"] == 3).sum() / n_failed
""",
        },
        ("t1-severe",),
    ),
    "multiplied": Mistake(
        "乘了开口率，没有除以开口率，估计出来比登记的还少",
        {
            "t2-a": """
silent_hand = 52 - 52 * 9 / 25


def guess(recorded, said, asked, written):
    return recorded * written * said / asked


def guess_range(recorded, said, asked, written):
    low, high = voice_interval(said, asked)
    return recorded * written * low, recorded * written * high
""",
        },
        ("t2-hand", "t2-guess", "t2-range", "t2-decision"),
    ),
    "ends not swapped": Mistake(
        "区间的两头没有对调，大的在前；又忘了除以 written",
        {
            "t2-a": """
silent_hand = 52 / 0.36 - 52


def guess(recorded, said, asked, written):
    p = said / asked
    return recorded / p / written


def guess_range(recorded, said, asked, written):
    low, high = voice_interval(said, asked)
    return recorded / low, recorded / high
""",
        },
        ("t2-range", "t2-decision"),
    ),
    "middle is enough": Mistake(
        "只看中间的估计，就说够了",
        {"t2-b": 'enough = "A"'},
        ("t2-decision",),
    ),
    "silent forgotten": Mistake(
        "留下的人里漏了没出声的",
        {
            "t3": """
kept_hand = 10 * 0.7 + 10 * 0.2


def funnel(guests, f, c, r, stay):
    failed = guests * f
    spoke = failed * c
    solved = spoke * r
    kept = solved * stay["解决了"] + (spoke - solved) * stay["没解决"] + (guests - failed) * stay["没出错"]
    return {"投诉": spoke, "解决了": solved, "没出声": failed - spoke, "留下": kept, "保留率": kept / guests}
""",
        },
        ("t3-hand", "t3-kept", "t3-hidden"),
    ),
    "share of the failed": Mistake(
        "解决率乘在了遇到问题的人上，没有乘在投诉上",
        {
            "t3": """
kept_hand = 33


def funnel(guests, f, c, r, stay):
    failed = guests * f
    spoke = failed * c
    solved = failed * r
    silent = failed - spoke
    kept = solved * stay["解决了"] + (spoke - solved) * stay["没解决"] + silent * stay["没出声"] + (guests - failed) * stay["没出错"]
    return {"投诉": spoke, "解决了": solved, "没出声": silent, "留下": kept, "保留率": kept / guests}
""",
        },
        ("t3-steps", "t3-kept", "t3-hidden"),
    ),
    "only the first threshold": Mistake(
        "把留客的门槛当成了回本的门槛",
        {
            "t4-b": """
keeps = [name for name in four.index if four["solved"][name] > 0.5]
pays = keeps
""",
        },
        ("t4-pays",),
    ),
    "bracket lost": Mistake(
        "回本的门槛少了括号，先除以 value 再乘 (s − u)",
        {
            "t4-a": """
def keep_threshold(s, u, n):
    return (n - u) / (s - u)


def pay_threshold(s, u, n, cost, value):
    return keep_threshold(s, u, n) + cost / value * (s - u)
""",
        },
        ("t4-pay", "t4-pays"),
    ),
    "silent would have left": Mistake(
        "以为没出声的一个也不会再来，没有减去 n",
        {
            "t5": """
def channel(failed, before, after, r, s, u, n, value, cost, fixed):
    more = failed * (after - before)
    kept = more * (r * s + (1 - r) * u)
    return more, kept, kept * value - more * cost - fixed


alone = channel(160, 0.35, 0.6, 0.8, 0.7, 0.3, 0.45, 1200, 60, 30000)[2]
stores_needed = 2
""",
        },
        ("t5-kept", "t5-net", "t5-alone", "t5-decision"),
    ),
    "handling forgotten": Mistake(
        "算几家合用时忘了每件投诉的处理费，少算了一家多",
        {
            "t5": """
def channel(failed, before, after, r, s, u, n, value, cost, fixed):
    more = failed * (after - before)
    kept = more * (r * s + (1 - r) * u - n)
    net = kept * value - cost * more - fixed
    return more, kept, net


more, kept, alone = channel(160, 0.35, 0.6, 0.8, 0.7, 0.3, 0.45, 1200, 60, 30000)
stores_needed = int(np.ceil(30000 / (kept * 1200)))
""",
        },
        ("t5-decision",),
    ),
    "complaints for failures": Mistake(
        "把投诉件数当成差错次数，于是开口率都是1，也看不出奖错了谁",
        {
            "t6-a": """
def by_store(visits, complaints):
    stays = visits.groupby("store_id").size()
    spoke = complaints.groupby("store_id").size()
    return pd.DataFrame({"failures": 1000 * spoke / stays, "complaints": 1000 * spoke / stays, "voice": spoke / spoke})
""",
        },
        ("t6-rates", "t6-voice", "t6-hidden", "t6-decision"),
    ),
    "own tables": Mistake(
        "函数里另读了全部投诉，没有用传进来的表",
        {
            "t6-a": """
def by_store(visits, complaints):
    register = datasets.load_complaints()
    stays = visits.groupby("store_id").size()
    failed = visits[visits["severity"] > 0].groupby("store_id").size()
    spoke = register[register["store_id"].isin(stays.index)].groupby("store_id").size()
    return pd.DataFrame({"failures": 1000 * failed / stays, "complaints": 1000 * spoke / stays, "voice": spoke / failed})
""",
            "t6-b": """
rates = by_store(visits, complaints)
awarded = rates["complaints"].nsmallest(6).index
wrong_awards = len(awarded)
quietest = "杭州西湖店"
""",
        },
        ("t6-rates", "t6-voice", "t6-hidden", "t6-decision"),
    ),
    "severity added": Mistake(
        "严重程度写成了加，没有减",
        {
            "t7-a": """
def after(before, severity, dj, pj, ij, match, effects):
    parts = [severity, dj, pj, ij, match]
    value = before
    for effect, part in zip(effects, parts):
        value = value + effect * part
    return min(9, max(1, value))
""",
        },
        ("t7-sum", "t7-ends", "t7-hidden", "t7-decision"),
    ),
    "default effects only": Mistake(
        "分量写死成默认值，没有用传进来的 effects，两问也就成了同一个答案",
        {
            "t7-a": """
def after(before, severity, dj, pj, ij, match, effects):
    value = before - 4 * severity + dj + 1.5 * pj + 1.5 * ij + 0.5 * match
    return min(9, max(1, value))
""",
        },
        ("t7-sum", "t7-hidden", "t7-decision"),
    ),
    "one at a time": Mistake(
        "三种公平一样一样单独回归，没有一起放进去",
        {
            "t8-b": """
def justice(table):
    found = []
    for name in ["distributive", "procedural", "interactional"]:
        found.append(slopes(table, "up", [name])[name])
    return tuple(found)
""",
        },
        ("t8-own", "t8-hidden"),
    ),
    "more than enough": Mistake(
        "“至少”写成了大于，正好够的没有算",
        {
            "t8-a": """
up = complaints["satisfaction_after"] - complaints["satisfaction_before"]
matched = (complaints["compensation"] > complaints["severity"].map({1: 50, 2: 100, 3: 200})).astype(int)
""",
        },
        ("t8-columns",),
    ),
    "separate shares": Mistake(
        "比例的标准误没有把两组合起来算",
        {
            "t9-a": """
def z_means(a, b):
    return (a.mean() - b.mean()) / np.sqrt(a.var() / len(a) + b.var() / len(b))


def z_shares(a, b):
    p, q = a.mean(), b.mean()
    return (p - q) / np.sqrt(p * (1 - p) / len(a) + q * (1 - q) / len(b))


def paradox(z_felt, z_back):
    felt, back = z_felt > 1.645, z_back > 1.645
    if felt and back:
        return "两样都有"
    if felt or back:
        return "只在满意度上" if felt else "只在再来上"
    return "没有"
""",
        },
        ("t9-shares",),
    ),
    "two sided": Mistake(
        "z取了绝对值，低很多也说成有悖论",
        {
            "t9-a": """
def z_means(a, b):
    return (a.mean() - b.mean()) / (a.var() / len(a) + b.var() / len(b)) ** 0.5


def z_shares(a, b):
    p = (a.sum() + b.sum()) / (len(a) + len(b))
    return (a.mean() - b.mean()) / (p * (1 - p) * (1 / len(a) + 1 / len(b))) ** 0.5


def paradox(z_felt, z_back):
    if abs(z_felt) > 1.645 and abs(z_back) > 1.645:
        return "两样都有"
    if abs(z_felt) > 1.645:
        return "只在满意度上"
    if abs(z_back) > 1.645:
        return "只在再来上"
    return "没有"
""",
        },
        ("t9-words", "t9-findings"),
    ),
    "single characters": Mistake(
        "只数了单字，没有相邻的双字",
        {
            "t10": """
def pieces(text):
    return list(hanzi(text))


def tally(texts):
    counts = {}
    for text in texts:
        for p in pieces(text):
            counts[p] = counts.get(p, 0) + 1
    return counts


def evidence(text, counts, kinds):
    total = sum(counts.values()) + 0.1 * kinds
    value = 0
    for p in pieces(text):
        value = value + np.log((counts.get(p, 0) + 0.1) / total)
    return value
""",
            "t11-b": "guesses = [themes[0]] * len(exam)\nmissed = 0\nuse_it = 'B'",
        },
        ("t10-pieces", "t10-tally", "t10-evidence", "t11-guesses", "t11-decision"),
    ),
    "accuracy for F1": Mistake(
        "把猜对的比例当成了F1；又以为好过乱猜就可以不用人看",
        {
            "t11-a": """
def f1(truth, guesses, theme):
    right = 0
    for t, g in zip(truth, guesses):
        if t == g:
            right = right + 1
    return right / len(truth)
""",
            "t11-b": """
known = {theme: tally(learn[learn["theme"] == theme]["text"]) for theme in themes}
kinds = len(tally(learn["text"]))
guesses = []
for text in exam["text"]:
    scores = [evidence(text, known[theme], kinds) for theme in themes]
    guesses.append(themes[scores.index(max(scores))])
severe = exam["severity"] == 3
missed = int((severe & (exam["theme"] != guesses)).sum())
use_it = "A"
""",
        },
        ("t11-f1", "t11-decision"),
    ),
    "copied answers": Mistake(
        "把 exam 里的主题抄成了答案",
        {
            "t11-b": """
guesses = list(exam["theme"])
missed = 0
use_it = "A"
""",
        },
        ("t11-guesses", "t11-decision"),
    ),
    "ran out of time": Mistake(
        "最后两题没有作答",
        dict.fromkeys(("t10", "t11-a", "t11-b")),
        ("t10-pieces", "t10-tally", "t10-evidence", "t11-f1", "t11-guesses", "t11-decision"),
    ),
}

ESSAYS = {
    "good": (
        "（选丙）“前后催了五次”，这五次我们按来电记录一次次对过，您说的都在。[IJ] "
        "您父亲发着烧等了快两小时，最后是您自己叫的车，对不起，这件事我们没有当大事办。[IJ] "
        "查到的是：第一个电话一点十二分，夜班只有一个人，没有写进交班本，所以第二个接电话的人不知道；体温计就在前台抽屉里。[PJ] "
        "书面的说法后天中午前由店长签字送到您手上，里面写明经过和责任。[PJ] "
        "两个办法您挑：退那天的全部房费，或者退一半、另换一晚；车费和医药费凭单据先垫，今天就办。[DJ] "
        "办好了我给您打电话，没办好也在今晚八点前给您打。[PJ] "
        "从今天起，住客说身体不舒服，十分钟内人要到房门口，每晚由值班经理在登记簿上签时间，月底您可以来看。[PJ] "
        "说明：他要的是有人当回事、有人给说法，所以互动和程序最重，钱是欠的，照还。"
    ),
    "middling": (
        "（选乙）非常抱歉让您久等了。[IJ] 您的退款我们查到了，是财务盘点耽误了。[PJ] "
        "两千四这周内会退给您，另外送您一张早餐券。[DJ] 以后我们会加快退款速度，统一说法。[PJ] 感谢您的理解。[IJ]"
    ),
    "poor": (
        "（选甲）亲爱的顾客，给您带来不便敬请谅解。当天客流量较大，人手不足，我们也没有办法。"
        "送您50元券一张，希望您能给个好评。我们会加强管理，提升服务品质。"
    ),
}
