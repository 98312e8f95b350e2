"""Typical submissions of assignment 8: the mistakes and what each costs.

The tests grade every mistake and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake

ALL_OF_8 = ("t8-function", "t8-never", "t8-hidden", "t8-decision")
ALL_OF_9 = ("t9-fit", "t9-miss", "t9-sums", "t9-decision")
ALL_OF_10 = ("t10-k", "t10-cost", "t10-hidden", "t10-decision")

MISTAKES = {
    "newcomers stayed": Mistake(
        "把新来的也算成留下的，保留率超过了100%，后面用到它的两题也跟着错",
        {
            "t1-b": """
def retention(start, end, new):
    return end / start
""",
        },
        ("t1-function", "t1-hidden", "t1-mine", "t3-decision", "t5-decision"),
    ),
    "whole chain": Mistake(
        "读了全部客人的表，没有用按学号抽出的那一份",
        {
            "t1-a": """
everyone = datasets.load_panel_visits()
year = everyone["date"].dt.year
first = set(everyone[year == 2025]["guest_id"])
second = set(everyone[year == 2026]["guest_id"])
n_start = len(first)
n_end = len(second)
n_new = len(second - first)
""",
        },
        ("t1-counts", "t1-mine", "t5-decision"),
    ),
    "hands crossed": Mistake(
        "含首笔和不含首笔放反了",
        {
            "t2-a": """
clv_hand = 800 * 1.05 / 0.30
first_hand = 800 * 0.75 / 0.30
""",
        },
        ("t2-hand",),
    ),
    "first margin in": Mistake(
        "不含首笔的CLV写成了含首笔的，下面用到它的也跟着错",
        {
            "t2-b": """
def life(r):
    return 1 / (1 - r)


def clv(m, r, i):
    return m * (1 + i) / (1 + i - r)


def clv_first(m, r, i):
    return m * (1 + i) / (1 + i - r)
""",
        },
        ("t2-value", "t2-hidden", "t4-value"),
    ),
    "no brackets": Mistake(
        "分母没有加括号",
        {
            "t2-b": """
def life(r):
    return 1 / (1 - r)


def clv(m, r, i):
    return m * r / 1 + i - r


def clv_first(m, r, i):
    return m * (1 + i) / 1 + i - r
""",
        },
        ("t2-value", "t2-hidden", "t4-value"),
    ),
    "first year forgotten": Mistake(
        "寿命没有算来的那一年",
        {
            "t2-b": """
def life(r):
    return r / (1 - r)


def clv(m, r, i):
    return m * r / (1 + i - r)


def clv_first(m, r, i):
    return m + clv(m, r, i)
""",
        },
        ("t2-life", "t2-hidden"),
    ),
    "lying on its side": Mistake(
        "表的行和列放反了，后面取列时报错",
        {
            "t3-a": """
def multiples(rates, discounts):
    rows = {}
    for r in rates:
        rows[r] = [r / (1 + i - r) for i in discounts]
    return pd.DataFrame(rows, index=discounts)
""",
        },
        ("t3-table", "t3-hidden", "t3-decision"),
    ),
    "rounded": Mistake(
        "把倍数四舍五入到两位",
        {
            "t3-a": """
def multiples(rates, discounts):
    columns = {}
    for i in discounts:
        columns[i] = [round(r / (1 + i - r), 2) for r in rates]
    return pd.DataFrame(columns, index=rates)
""",
        },
        ("t3-table", "t3-hidden"),
    ),
    "first margin counted": Mistake(
        "头一笔归渠道，却用了含首笔的倍数，于是签了亏本的合同",
        {
            "t3-b": """
need = 0.95
for r in [0.95, 0.90, 0.85, 0.80, 0.75, 0.70, 0.65, 0.60]:
    if 1.12 / (1.12 - r) >= 2.4:
        need = r
sign = "A" if 1.12 / (1.12 - kept_mine) >= 2.4 else "B"
""",
        },
        ("t3-decision",),
    ),
    "plain average": Mistake(
        "拿开头的比例求加权平均，没有想到第二年起人的构成变了",
        {
            "t4-a": """
def group_rate(shares, rates, year):
    total = 0
    for s, r in zip(shares, rates):
        total = total + s * r
    return total
""",
        },
        ("t4-rate", "t4-hidden", "t4-decision"),
    ),
    "still there": Mistake(
        "算成了到第t年还剩几成，没有除以前一年的",
        {
            "t4-a": """
def group_rate(shares, rates, year):
    return sum(s * r**year for s, r in zip(shares, rates))
""",
        },
        ("t4-rate", "t4-hidden", "t4-decision"),
    ),
    "good news": Mistake(
        "看见保留率上升就说计划见效了",
        {
            "t4-c": """
rise_alone = group_rate([0.3, 0.7], [0.95, 0.4], 4) - group_rate([0.3, 0.7], [0.95, 0.4], 1)
plan = "A"
""",
        },
        ("t4-decision",),
    ),
    "always points": Mistake(
        "没有看 reading，两种读法都当百分点",
        {
            "t5-a": """
def change(d, cut, reading):
    return d / (d - cut) - 1
""",
        },
        ("t5-percent", "t5-hidden"),
    ),
    "drop of profit": Mistake(
        "新旧除反了",
        {
            "t5-a": """
def change(d, cut, reading):
    if reading == "points":
        new = d - cut
    if reading == "percent":
        new = d * (1 - cut)
    return 1 - new / d
""",
        },
        ("t5-points", "t5-percent", "t5-hidden"),
    ),
    "not discounted": Mistake(
        "忘了贴现",
        {
            "t5-b": """
change_mine = change(1 - kept_mine, 0.05, "points")
advice = "A" if change_mine >= 0.25 else "B"
""",
        },
        ("t5-decision",),
    ),
    "three of six": Mistake(
        "六人走了三人，就说剩一半",
        {"t6-a": "s5_hand = 3 / 6"},
        ("t6-hand",),
    ),
    "only the gone": Mistake(
        "扔掉了还在的人，只用走了的人算",
        {
            "t6-b": """
def seen(months, t):
    return sum(m >= t for m in months)


def gone_at(months, left, t):
    return sum(1 for m, one in zip(months, left) if m == t and one == 1)


def survival(months, left, t):
    known = [m for m, one in zip(months, left) if one == 1]
    if len(known) == 0:
        return 1
    return len([m for m in known if m > t]) / len(known)
""",
        },
        ("t6-survival", "t6-hidden"),
    ),
    "all gone": Mistake(
        "把看到这里为止的人也当作走了",
        {
            "t6-b": """
def seen(months, t):
    return len([m for m in months if m >= t])


def gone_at(months, left, t):
    return months.count(t)


def survival(months, left, t):
    share = 1
    for when in range(1, t + 1):
        if seen(months, when) > 0:
            share = share * (1 - gone_at(months, left, when) / seen(months, when))
    return share
""",
        },
        ("t6-counts", "t6-survival", "t6-hidden"),
    ),
    "one month short": Mistake(
        "循环少走了一个月，第t个月本身没有算",
        {
            "t6-b": """
def seen(months, t):
    return len([m for m in months if m >= t])


def gone_at(months, left, t):
    return len([m for m, one in zip(months, left) if m == t and one == 1])


def survival(months, left, t):
    share = 1
    for when in range(1, t):
        if gone_at(months, left, when) > 0:
            share = share * (1 - gone_at(months, left, when) / seen(months, when))
    return share
""",
        },
        ("t6-survival", "t6-hidden"),
    ),
    "turned round": Mistake(
        "两个比例的次序反了",
        {
            "t7-b": """
def hit_and_found(flag, gone):
    both = (flag & gone).sum()
    return both / gone.sum(), both / flag.sum()
""",
        },
        ("t7-function", "t7-hidden"),
    ),
    "twice the usual": Mistake(
        "三倍写成了两倍，寄券的账也跟着错",
        {
            "t7-a": """
flag_180 = guests["silent"] >= 180
flag_own = guests["silent"] >= 2 * guests["usual"]
""",
        },
        ("t7-flags", "t7-decision"),
    ),
    "free coupons": Mistake(
        "只算了挽回的，没有减去白送的",
        {
            "t7-c": """
net_180 = 30 * (flag_180 & guests["gone"]).sum()
net_own = 30 * (flag_own & guests["gone"]).sum()
coupon = "A" if net_180 > net_own else "B"
""",
        },
        ("t7-decision",),
    ),
    "power first": Mistake(
        "指数没有加括号，只乘方了r",
        {
            "t8-a": """
def p_alive(x, t_x, T, r, alpha, a, b):
    if x == 0:
        return 1
    w = a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ** r + x
    return 1 / (1 + w)
""",
        },
        ("t8-function", "t8-hidden", "t8-decision"),
    ),
    "no zero": Mistake(
        "没有想到一次也没有再买过的人",
        {
            "t8-a": """
def p_alive(x, t_x, T, r, alpha, a, b):
    w = a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x)
    return 1 / (1 + w)
""",
        },
        ("t8-never",),
    ),
    "buys least": Mistake(
        "以为买得少的人最可能走了",
        {
            "t8-b": """
call_whom = "乙"
call_alive = p_alive(2, 20, 39, r, alpha, a, b)
""",
        },
        ("t8-decision",),
    ),
    "out of order": Mistake(
        "四个参数的次序放错了",
        {
            "t9-a": """
model = fit_bg_nbd(table=cdnow)
fitted = [model.r, model.a, model.alpha, model.b]
""",
        },
        ("t9-fit",),
    ),
    "absolute": Mistake(
        "取了绝对值，看不出是多报还是少报",
        {
            "t9-b": """
def miss(predicted, real):
    return abs(sum(predicted) - sum(real)) / sum(real)
""",
        },
        ("t9-miss", "t9-decision"),
    ),
    "everyone": Mistake(
        "没有选出常客，用了全部顾客",
        {
            "t9-c": """
habit = 39 * cdnow["frequency"] / cdnow["T"]
ahead = model.conditional_expected_purchases(39, cdnow["frequency"], cdnow["recency"], cdnow["T"])
real_sum = cdnow["holdout_frequency"].sum()
habit_sum = habit.sum()
model_sum = ahead.sum()
stock = "B"
stock_miss = miss(ahead, cdnow["holdout_frequency"])
""",
        },
        ("t9-sums", "t9-decision"),
    ),
    "average cost": Mistake(
        "把平均成本当作多得一位的成本，于是五倍又成立了",
        {
            "t10-a": """
def steepness(spend, rate, ceiling):
    return -np.log(1 - rate / ceiling) / spend


def one_more(spend, rate, ceiling):
    return spend / rate
""",
        },
        ("t10-cost", "t10-hidden", "t10-decision"),
    ),
    "no minus": Mistake(
        "k前面少了负号；两边都错，比值碰巧还是对的",
        {
            "t10-a": """
def steepness(spend, rate, ceiling):
    return np.log(1 - rate / ceiling) / spend


def one_more(spend, rate, ceiling):
    return 1 / (steepness(spend, rate, ceiling) * (ceiling - rate))
""",
        },
        ("t10-k", "t10-cost", "t10-hidden"),
    ),
    "five times": Mistake(
        "算出了两个比值，还是照“五倍”把钱全给留客",
        {
            "t10-b": """
ratio_average = (40 / 0.06) / (90 / 0.77)
ratio_margin = one_more(40, 0.06, 0.3) / one_more(90, 0.77, 0.8)
budget = "A"
""",
        },
        ("t10-decision",),
    ),
    "ran out of time": Mistake(
        "最后三题没有作答",
        dict.fromkeys(("t8-a", "t8-b", "t9-a", "t9-b", "t9-c", "t10-a", "t10-b")),
        (*ALL_OF_8, *ALL_OF_9, *ALL_OF_10),
    ),
}

ESSAYS = {
    "good": "这一页把两笔平均当成了下一块钱。会员费除以留下的人，里面多数人不花钱也会留；预算该问的是再多留一位、再多拉一位各要多少。"
    "假设留客上限0.7、拉新上限0.25。留客每人花20元留下五成时，k=−ln(1−0.5/0.7)/20=0.0626，再多留一位约80元；"
    "加到60元，留下68.4%，再多留一位已经要约980元。拉新每人花30元成功5%，再多拉一位约672元。"
    "同一家店，前一个点拉新是留客的八倍多，后一个点只有约0.7倍，所以越信五倍、越往留客里投，它越不成立。"
    "不成立的还有：新来的是长住的公司客，毛利高得多；会员是因为换城市才走的，钱留不住；老会员本来就会来，券是白送。"
    "这句话最早归到TARP，原始资料查不到，别家的分摊办法也不是我们的，不能当公认的事实。"
    "下个季度先不砍拉新：随机留出一成会员不发券，三个月后比两组再来的比例，差不到两个标准误就当没有效果，四月按实测重算两条线再分钱。",
    "middling": "五倍只是平均值，不同行业不一样，所以不能这样分预算。按边际成本来看，留客投得越多就越贵，"
    "例如从花30元增加到90元，再留一位会贵很多，这时候拉新可能更便宜。而且如果没有新客户，老客户走一个少一个。建议先做一个试验，一部分会员给优惠，一部分不给，看看结果再决定。",
    "poor": "老客户是上帝，维护老客户比开发新客户便宜五倍是经过很多研究证明的，所以应该把预算给会员计划。"
    "当然也不能忽视新客户，应该根据实际情况合理分配，做好服务，提高满意度，这样企业才能长远发展。",
}
