"""Typical submissions of assignment 2: the mistakes and what each costs.

The tests grade every mistake and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake

MISTAKES = {
    "believed, not done": Mistake(
        "把喊的减去客人期望的，当成比做到的高多少",
        {
            "t1": """
row = stores[stores["name"] == "北京国贸店"]
promise = row["promise"].iloc[0]
guomao = visits[visits["store_id"] == row["store_id"].iloc[0]]
mean_e = guomao["expectation"].mean()
mean_p = guomao["performance"].mean()
overclaim = promise - mean_e
""",
        },
        ("t1-over",),
    ),
    "whole chain": Mistake(
        "没有筛选门店，平均数算的是全部门店",
        {
            "t1": """
promise = stores.loc[stores["name"] == "北京国贸店", "promise"].iloc[0]
mean_e = visits["expectation"].mean()
mean_p = visits["performance"].mean()
overclaim = promise - mean_p
""",
        },
        ("t1-means", "t1-over"),
    ),
    "plain average": Mistake(
        "把旧期望和新经历直接平均，没有算谁抵几次",
        {
            "t2-a": """
expects_now = (7.5 + 5.5) / 2
back_after = 3
""",
            "t2-b": """
def update(prior, weight, average, n):
    return (prior + average) / 2
""",
        },
        ("t2-hand", "t2-back", "t2-function", "t2-hidden"),
    ),
    "old weight": Mistake(
        "算攒回来要几次时，还当她的看法只抵原来的5次",
        {
            "t2-a": """
expects_now = (5 * 7.5 + 3 * 5.5) / 8
back_after = 3  # (5 * 6.75 + 8 * n) / (5 + n) >= 7.2
""",
        },
        ("t2-back",),
    ),
    "no brackets": Mistake(
        "漏了分子的括号，只有后一半除以了总次数",
        {
            "t2-b": """
def update(prior, weight, average, n):
    return weight * prior + n * average / (weight + n)
""",
        },
        ("t2-function", "t2-hidden"),
    ),
    "far from desired": Mistake(
        "照MSS挑先改的，照全部六件挑最窄的",
        {
            "t3-b": """
n_below = 2
fix_first = (asked["得到的"] - asked["想要的"]).idxmin()
keep_steady = (asked["想要的"] - asked["够用的"]).idxmin()
""",
        },
        ("t3-first", "t3-steady"),
    ),
    "edges out": Mistake(
        "正好压在线上的也算出了区间",
        {
            "t3-a": """
def zone(perceived, adequate, desired):
    msa = perceived - adequate
    mss = perceived - desired
    if msa <= 0:
        return msa, mss, "低于"
    if mss >= 0:
        return msa, mss, "高于"
    return msa, mss, "区内"
""",
        },
        ("t3-place",),
    ),
    "lines first": Mistake(
        "两个指标都减反了",
        {
            "t3-a": """
def zone(perceived, adequate, desired):
    msa = adequate - perceived
    mss = desired - perceived
    if msa > 0:
        place = "低于"
    elif mss < 0:
        place = "高于"
    else:
        place = "区内"
    return msa, mss, place
""",
        },
        ("t3-measures", "t3-hidden"),
    ),
    "added spreads": Mistake(
        "把两个散开直接相加，没有平方、开方",
        {
            "t4-a": """
def chance(mu_e, mu_p, sd_e, sd_p):
    return phi((mu_p - mu_e) / (sd_e + sd_p))
""",
            "t4-b": """
choice_a = "A"
chance_a = chance(6.0, 7.0, 0.5, 1.0)
choice_b = "B"
chance_b = chance(6.6, 6.4, 1.5, 1.0)
""",
        },
        ("t4-function", "t4-hidden", "t4-ahead", "t4-behind"),
    ),
    "clear is good": Mistake(
        "认定说准总是好的，没有替落后的店另算",
        {
            "t4-b": """
choice_a = "A"
chance_a = chance(6.0, 7.0, 0.5, 1.0)
choice_b = "A"
chance_b = chance(6.6, 6.0, 0.5, 1.0)
""",
        },
        ("t4-behind",),
    ),
    "pays for modesty": Mistake(
        "承诺低于结果时没有取0，每次反而多赚了钱",
        {
            "t5-a": """
def value(promise, result, share, pay):
    people = 1000 * np.exp(0.3 * (promise - 5))
    margin = 200 - pay * (promise - result)
    again = comes_again(promise, result, share)
    return people * margin * (1 + again / (1.1 - again))
""",
        },
        ("t5-once", "t5-hidden", "t5-search-hidden", "t5-decision"),
    ),
    "first visit only": Mistake(
        "忘了回头客，只算第一次来的钱",
        {
            "t5-a": """
def value(promise, result, share, pay):
    people = 1000 * np.exp(0.3 * (promise - 5))
    return people * (200 - pay * max(0, promise - result))
""",
        },
        ("t5-again", "t5-hidden", "t5-search-hidden", "t5-decision"),
    ),
    "value for promise": Mistake(
        "格子搜索返回了最大的V，没有返回承诺",
        {
            "t5-b": """
def best_promise(result, share, pay):
    return max(value(1 + k / 100, result, share, pay) for k in range(801))
""",
            "t5-c": """
best_station = best_promise(6, 0.05, 40)
best_west = best_promise(6, 0.6, 40)
lost = 1 - value(8, 6, 0.6, 40) / best_west
""",
        },
        ("t5-search", "t5-search-hidden", "t5-decision"),
    ),
    "whole points": Mistake(
        "只试了1到9的整数",
        {
            "t5-b": """
def best_promise(result, share, pay):
    best = 1
    for promise in range(1, 10):
        if value(promise, result, share, pay) > value(best, result, share, pay):
            best = promise
    return best
""",
        },
        ("t5-search", "t5-search-hidden", "t5-decision"),
    ),
    "level for change": Mistake(
        "被解释的用了下一次的期望，没有减旧期望",
        {
            "t6": """
surprise = pairs["performance"] - pairs["expectation"]
change = pairs["next_expectation"]
naive = slopes(pairs.assign(surprise=surprise, change=change), "change", ["surprise"])["surprise"]
""",
        },
        ("t6-change", "t6-naive"),
    ),
    "intercept": Mistake(
        "取错了系数，把截距当成斜率",
        {
            "t6": """
surprise = pairs["performance"] - pairs["expectation"]
change = pairs["next_expectation"] - pairs["expectation"]
naive = slopes(pairs.assign(surprise=surprise, change=change), "change", ["surprise"])["截距"]
""",
        },
        ("t6-naive",),
    ),
    "one at a time": Mistake(
        "三个差一个一个单独放，没有一起放",
        {
            "t7": """
def listens(table):
    old = table["expectation"]
    t = table.assign(
        change=table["next_expectation"] - old,
        lived=table["performance"] - old,
        told=table["reviews"] - old,
        read=table["promise"] - old,
    )
    return tuple(slopes(t, "change", [name])[name] for name in ("lived", "told", "read"))
""",
        },
        ("t7-fit", "t7-hidden", "t8-guomao", "t8-highest"),
    ),
    "own pairs": Mistake(
        "函数里用了 pairs，没有用传进来的表",
        {
            "t7": """
def listens(table):
    old = pairs["expectation"]
    t = pairs.assign(
        change=pairs["next_expectation"] - old,
        lived=pairs["performance"] - old,
        told=pairs["reviews"] - old,
        read=pairs["promise"] - old,
    )
    b = slopes(t, "change", ["lived", "told", "read"])
    return b["lived"], b["told"], b["read"]
""",
        },
        ("t7-hidden",),
    ),
    "not divided": Mistake(
        "加权之后没有除以三个系数的和；最多喊几分也只加了0.2分",
        {
            "t8": """
def rest(weights, result, reviews, promise):
    return weights[0] * result + weights[1] * reviews + weights[2] * promise


guomao_rest = rest(listens(pairs), mean_p, mean_p, promise)
highest = mean_p + 0.2
""",
        },
        ("t8-rest", "t8-guomao", "t8-highest"),
    ),
    "two groups": Mistake(
        "当成互不相干的两批人，没有逐人相减",
        {
            "t9": """
def moved(before, after):
    mean = after.mean() - before.mean()
    return mean, mean / np.sqrt(before.var() / len(before) + after.var() / len(after))


z_often = moved(often["first"], often["eighth"])[1]
verdict = "B" if z_often < -1.96 else "C"
""",
        },
        ("t9-z", "t9-verdict"),
    ),
    "as everybody says": Mistake(
        "没有看z，照培训说的写了升",
        {
            "t9": """
def moved(before, after):
    change = after - before
    return change.mean(), change.mean() / (change.std() / len(change) ** 0.5)


mean, z_often = moved(often["first"], often["eighth"])
verdict = "A"
""",
        },
        ("t9-verdict",),
    ),
    "ran out of time": Mistake(
        "最后三题没有作答",
        dict.fromkeys(("t7", "t8", "t9")),
        ("t7-fit", "t7-hidden", "t8-rest", "t8-guomao", "t8-highest", "t9-mean", "t9-z", "t9-verdict"),
    ),
}

ESSAYS = {
    "good": "改写：“亲子套房，九间朝内院很安静，三间在六楼以上能看到秦淮河，同价，打电话可指定。步行9分钟到夫子庙，去总统府要打车约4公里。"
    "前台整夜有人，夜里11点到早7点只有一位，不能送物。早餐6:30到9:30，周末8点前到不用排队，1.2米以下孩子一位免费。每间送15厘米布偶一只，现余60只。房价已减50元。”"
    "说准：9分钟、4公里、早餐时间、布偶大小和只数。说破：内院、夜里一个人、周末排队，客人不会问，到了才知道。说实：推窗即景改为三间可指定，"
    "各大景点只写两处，限前100名是假的，删；最终解释权违反规定，删。承诺：房间与指定的不符，值班前台当场换房，换不了退100元，不问理由。"
    "检验：改前改后各八周，跟没改页面的同档门店比，订房数和退款次数都看，订房少一点而退款少得多，就是改对了。",
    "middling": "改写：“亲子套房离夫子庙步行9分钟，部分房间可看秦淮河，前台24小时服务，早餐6点半到9点半，送布偶一只，房价立减50元。”"
    "把景点和早餐说准了，神秘大礼改成布偶，推窗即景改成部分房间。服务承诺：与页面不符可以退款。看改完以后好评率有没有提高。",
    "no test": "改写：“夫子庙9分钟，12间亲子套房里3间看河、9间朝内院，同价，可指定。"
    "夜里前台一个人，送不了东西。早餐到9点半，周末8点后要等20分钟。"
    "送15厘米布偶。”"
    "9分钟、间数、等位时间是说准，朝内院和夜里一个人是说破，推窗即景和前100名删掉是说实。承诺：不符就换房或退100元，前台当场定。",
    "poor": "改写：“品味秦淮，温馨亲子时光，贴心服务，美味早餐，期待您的光临！”"
    "这样比较低调，顾客期望低了，满意度就高了。酒店要诚信经营，不能欺骗消费者。",
}
