"""Typical submissions of assignment 10: the mistakes, and what each costs.

The tests grade every mistake and expect exactly the cells in `loses` to be lost, for the student whose number
stands in the solution.
"""

from service_marketing.classroom.submissions import Mistake

TASKS_9_AND_10 = (
    "t9-cost", "t9-hidden", "t9-prices", "t9-choice",
    "t10-shares", "t10-likelihood", "t10-ll", "t10-reading",
)  # fmt: skip

EVERYTHING = (
    "t1-filter", "t1-wait", "t1-longer", "t2-rho", "t2-wait", "t2-function", "t2-hidden",
    "t3-lost", "t3-lost-hidden", "t3-wait", "t3-full", "t3-wait-hidden",
    "t4-mean", "t4-mean-hidden", "t4-within", "t4-within-hidden", "t5-stay", "t5-hidden", "t5-hong",
    "t6-state", "t6-hidden", "t6-days", "t7-staff", "t7-hidden", "t7-plan", "t7-saved", "t7-short",
    "t8-slope", "t8-slope-hidden", "t8-together", "t8-own", "t8-decision", *TASKS_9_AND_10,
)  # fmt: skip

MISTAKES = {
    "whole chain": Mistake(
        "算成了全部门店的平均等待",
        {
            "t1": """
hong = stays[stays["name"] == "上海虹桥店"]
hong_wait = stays["wait"].mean()
hong_long = (hong["wait"] > 15).mean()
longer = hong_wait - stays[stays["name"] == "深圳华强北店"]["wait"].mean()
""",
        },
        ("t1-wait", "t1-longer"),
    ),
    "wrong way round": Mistake(
        "两家店相减的次序反了，比例写成了百分数",
        {
            "t1": """
hong = stays[stays["name"] == "上海虹桥店"]
hong_wait = hong["wait"].mean()
hong_long = 100 * (hong["wait"] > 15).mean()
longer = stays[stays["name"] == "深圳华强北店"]["wait"].mean() - hong_wait
""",
        },
        ("t1-wait", "t1-longer"),
    ),
    "no buffer": Mistake(
        "等待只乘了利用率，没有除以空着的那一份",
        {
            "t2-a": "rho_hand = 0.8\nwait_hand = 3.2 * 0.8",
            "t2-b": """
def one_window(per_hour, minutes):
    rho = per_hour * minutes / 60
    if rho >= 1:
        return np.inf
    return minutes * rho
""",
        },
        ("t2-wait", "t2-function", "t2-hidden"),
    ),
    "never full": Mistake(
        "没有想到忙不过来的情形",
        {
            "t2-b": """
def one_window(per_hour, minutes):
    rho = per_hour / 60 * minutes
    return minutes * rho / (1 - rho)
""",
        },
        ("t2-hidden",),
    ),
    "hours and minutes": Mistake(
        "利用率没有除以60",
        {
            "t2-a": "rho_hand = 15 * 3.2\nwait_hand = 12.8",
            "t2-b": """
def one_window(per_hour, minutes):
    rho = per_hour * minutes
    if rho >= 1:
        return np.inf
    return minutes * rho / (1 - rho)
""",
        },
        ("t2-rho", "t2-function", "t2-hidden"),
    ),
    "one round": Mistake(
        "没有循环，只加了一个窗口",
        {
            "t3-a": """
def lost_share(servers, load):
    b = 1
    return load * b / (servers + load * b)
""",
        },
        ("t3-lost", "t3-lost-hidden"),
    ),
    "load for use": Mistake(
        "把负荷当成了利用率",
        {
            "t3-b": """
def wait_share(servers, load):
    if load >= servers:
        return 1
    b = erlang_b(servers, load)
    return b / (1 - load * (1 - b))
""",
        },
        ("t3-wait", "t3-wait-hidden"),
    ),
    "above one": Mistake(
        "负荷超过窗口数时还在套公式",
        {
            "t3-b": """
def wait_share(servers, load):
    b = erlang_b(servers, load)
    rho = load / servers
    return b / (1 - rho * (1 - b))
""",
        },
        ("t3-full",),
    ),
    "load an hour": Mistake(
        "负荷没有除以60，处处都忙不过来",
        {
            "t4": """
def mean_wait(servers, per_hour, minutes):
    load = per_hour * minutes
    if load >= servers:
        return np.inf
    return erlang_c(servers, load) * minutes / (servers - load)


def within(servers, per_hour, minutes, target):
    load = per_hour * minutes
    if load >= servers:
        return 0
    return 1 - erlang_c(servers, load) * np.exp(-(servers - load) * target / minutes)
""",
        },
        ("t4-mean", "t4-mean-hidden", "t4-within", "t4-within-hidden"),
    ),
    "sign of the exponent": Mistake(
        "指数前面漏了负号",
        {
            "t4": """
def mean_wait(servers, per_hour, minutes):
    load = per_hour * minutes / 60
    if load >= servers:
        return np.inf
    return erlang_c(servers, load) * minutes / (servers - load)


def within(servers, per_hour, minutes, target):
    load = per_hour * minutes / 60
    if load >= servers:
        return 0
    return 1 - erlang_c(servers, load) * np.exp((servers - load) * target / minutes)
""",
        },
        ("t4-within", "t4-within-hidden"),
    ),
    "wait of the waiting": Mistake(
        "算成了要等的人平均等多久，没有乘C",
        {
            "t4": """
def mean_wait(servers, per_hour, minutes):
    load = per_hour * minutes / 60
    if load >= servers:
        return np.inf
    return minutes / (servers - load)


def within(servers, per_hour, minutes, target):
    load = per_hour * minutes / 60
    if load >= servers:
        return 0
    return 1 - erlang_c(servers, load) * np.exp(-(servers - load) * target / minutes)
""",
        },
        ("t4-mean", "t4-mean-hidden"),
    ),
    "heads an hour": Mistake(
        "除以了每小时的人数，得到的是小时",
        {
            "t5": """
def stay(counts, per_hour):
    return np.mean(counts) / per_hour


stay_hong = stay([2, 3, 5, 7, 6, 5, 4, 3, 1], 9)
fewer = 4 - 20 * 9 / 60
""",
        },
        ("t5-stay", "t5-hidden", "t5-hong"),
    ),
    "minutes not heads": Mistake(
        "问少几位，答了少几分钟",
        {
            "t5": """
def stay(counts, per_hour):
    return sum(counts) / len(counts) * 60 / per_hour


stay_hong = stay([2, 3, 5, 7, 6, 5, 4, 3, 1], 9)
fewer = stay_hong - 20
""",
        },
        ("t5-hong",),
    ),
    "full is lost": Mistake(
        "正好等于最大产能也判成了超产能",
        {
            "t6": """
def state(demand, optimal, maximum):
    if demand >= maximum:
        return "超产能"
    if demand > optimal:
        return "超最优"
    if demand == optimal:
        return "平衡"
    return "过剩"


crowded = sum(state(u, 0.8, 1) == "超最优" for u in days["load"])
over = sum(state(u, 0.8, 1) == "超产能" for u in days["load"])
""",
        },
        ("t6-hidden",),
    ),
    "all busy days": Mistake(
        "把超产能的日子也数进了超最优",
        {
            "t6": """
def state(demand, optimal, maximum):
    if demand > maximum:
        return "超产能"
    elif demand > optimal:
        return "超最优"
    elif demand == optimal:
        return "平衡"
    else:
        return "过剩"


crowded = len(days[days["load"] > 0.8])
over = len(days[days["load"] > 1])
""",
        },
        ("t6-days",),
    ),
    "just enough": Mistake(
        "座席数只比负荷大一点，没有看等待",
        {
            "t7-a": """
def staff(per_hour, minutes, max_wait):
    return int(per_hour * minutes / 60) + 1
""",
        },
        ("t7-staff", "t7-hidden", "t7-plan", "t7-saved", "t7-short"),
    ),
    "hourly rate": Mistake(
        "每小时的个数当成每分钟的传了进去，公式报错，整格停在那里",
        {
            "t7-a": """
def staff(per_hour, minutes, max_wait):
    servers = int(per_hour * minutes / 60) + 1
    while average_speed_of_answer(servers, per_hour, minutes) > max_wait:
        servers = servers + 1
    return servers
""",
        },
        ("t7-staff", "t7-hidden", "t7-plan", "t7-saved", "t7-short"),
    ),
    "from zero": Mistake(
        "时段从0数起",
        {
            "t7-b": """
calls = [20, 45, 92, 66, 27]
plan = [staff(n, 5, 2) for n in calls]
saved = (5 * max(plan) - sum(plan)) * 90
seats = staff(sum(calls) / 5, 5, 2)
short = []
for k in range(5):
    if calls[k] * 5 / 60 >= seats:
        short.append(k)
""",
        },
        ("t7-short",),
    ),
    "one shift": Mistake(
        "以为按最忙的排，总共只要最忙那个时段的座席",
        {
            "t7-b": """
calls = [20, 45, 92, 66, 27]
plan = [staff(n, 5, 2) for n in calls]
saved = 90 * (sum(plan) - max(plan))
short = [3]
""",
        },
        ("t7-saved",),
    ),
    "x for y": Mistake(
        "分母用了y，斜率反了",
        {
            "t8-a": """
def slope(x, y):
    dx = x - x.mean()
    dy = y - y.mean()
    return (dx * dy).sum() / (dy ** 2).sum()
""",
        },
        ("t8-slope", "t8-slope-hidden", "t8-together", "t8-own", "t8-decision"),
    ),
    "store with store": Mistake(
        "减去的是全连锁的平均，还是店与店比，于是判成忙不要紧",
        {
            "t8-b": """
together = 0.1 * slope(stays["load"], stays["performance"])
u = stays["load"] - stays["load"].mean()
p = stays["performance"] - stays["performance"].mean()
own = 0.1 * slope(u, p)
if own <= -0.05:
    decision = "B"
else:
    decision = "A"
""",
        },
        ("t8-own", "t8-decision"),
    ),
    "per one": Mistake(
        "忘了乘0.1，算的是负荷高100个百分点",
        {
            "t8-b": """
together = slope(stays["load"], stays["performance"])
store = stays["store_id"]
u = stays["load"] - stays["load"].groupby(store).transform("mean")
p = stays["performance"] - stays["performance"].groupby(store).transform("mean")
own = slope(u, p)
decision = "B"
""",
        },
        ("t8-together", "t8-own"),
    ),
    "mean of prices": Mistake(
        "把各天的单价拿来平均",
        {
            "t9-a": """
def cost_per_minute(table, wage):
    each = wage / (table["guests"] * (table["wait"] - table["wait_two"]))
    return each.mean()
""",
        },
        ("t9-cost", "t9-hidden", "t9-prices", "t9-choice"),
    ),
    "minutes without guests": Mistake(
        "省下的分钟没有乘客人数",
        {
            "t9-a": """
def cost_per_minute(table, wage):
    return wage * len(table) / (table["wait"] - table["wait_two"]).sum()
""",
        },
        ("t9-cost", "t9-hidden", "t9-prices", "t9-choice"),
    ),
    "average not margin": Mistake(
        "拿天天加的平均价钱去比，没有看多出来的那些班",
        {
            "t9-b": """
weekend_price = cost_per_minute(days[(days["weekday"] == 5) | (days["weekday"] == 6)], 110)
booked_price = cost_per_minute(days[days["load"] >= 0.88], 110)
more_price = cost_per_minute(days, 110)
choice = "C" if more_price <= 0.5 else "B"
""",
        },
        ("t9-choice",),
    ),
    "five and six from zero": Mistake(
        "星期从0数起，周五周六写成了4和5",
        {
            "t9-b": """
weekend_price = cost_per_minute(days[days["weekday"].isin([4, 5])], 110)
booked_price = cost_per_minute(days[days["load"] >= 0.88], 110)
more_price = cost_per_minute(days[days["load"] < 0.88], 110)
choice = "B"
""",
        },
        ("t9-prices",),
    ),
    "all travellers": Mistake(
        "可能除以了全部旅客的合计，没有按旅客分开",
        {
            "t10-a": """
def shares(values):
    weights = np.exp(values)
    return list(weights / weights.sum())


def log_likelihood(table):
    weights = np.exp(table["u"])
    chance = weights / weights.sum()
    return np.log(chance[table["choice"] == 1]).sum()
""",
        },
        ("t10-likelihood", "t10-ll"),
    ),
    "no exponent": Mistake(
        "分数直接相除，没有取e的次方",
        {
            "t10-a": """
def shares(values):
    return [v / sum(values) if sum(values) else 1 / len(values) for v in values]


def log_likelihood(table):
    weights = np.exp(table["u"])
    total = weights.groupby(table["traveller_id"]).transform("sum")
    return np.log(weights / total)[table["choice"] == 1].sum()
""",
        },
        ("t10-shares",),
    ),
    "believing": Mistake(
        "漏了三个常数项；价钱除反了；拟合对上了就拿去用",
        {
            "t10-b": """
trips["u"] = b["general_cost"] * trips["general_cost"] + b["wait"] * trips["wait"] + b["air_income"] * trips["air_income"]
ll = log_likelihood(trips)
minute_price = b["general_cost"] / b["wait"]
same = (trips["wait"] == 64).mean()
reading = "A"
""",
        },
        ("t10-ll", "t10-reading"),
    ),
    "ran out of time": Mistake(
        "最后两题没有作答",
        dict.fromkeys(("t9-a", "t9-b", "t10-a", "t10-b")),
        TASKS_9_AND_10,
    ),
    "blank": Mistake(
        "写了学号，别的都没有作答",
        dict.fromkeys((
            "t1", "t2-a", "t2-b", "t3-a", "t3-b", "t4", "t5", "t6", "t7-a", "t7-b",
            "t8-a", "t8-b", "t9-a", "t9-b", "t10-a", "t10-b",
        )),
        EVERYTHING,
    ),
}  # fmt: skip

ESSAYS = {
    "good": "我家孩子才两岁，三十八度熬两天要去住旅馆，一晚180元，所以我肯为2小时多付120元；要是本来就在外地，一分也不付。"
    "说2小时而守不住的，我请了假白等半天，比2天的还差。"
    "公司这边负荷是6。7位师傅平均等74分钟，可是2小时内到的只有77%，四五单里就有一单失约；8位95%，9位99%。平均数守住了，不等于每个人守住了，所以承诺要看比例。"
    "从7位加到9位，一小时多120元，摊到3单，每单40元，买的是师傅闲着等电话的时间。"
    "我会分两档：加急2小时，加收50元，从挂电话算起，超时退50元再减20元；普通的48小时内约好时段。婴儿、老人和病人免加收，规则写在网页上，先到先修。",
    "good too": "肯多付80元：两天不能在家办公，去咖啡馆也要花这么多，还搭上中暑的风险。下雨降温了就不付。"
    "公司用within算了一下，7位师傅0.774，8位0.952，9位0.990，10位0.998。"
    "8位平均才等21分钟，听上去够快，可是100单里还有5单超过2小时，这5个人会写差评。我选9位，比7位每单贵40元。承诺写成“下午6点前报修，2小时内上门，晚一分钟免上门费”，"
    "超时率每周贴出来。想省钱的选“后天上午”，便宜40元，单子攒起来按小区跑，师傅不空着。",
    "middling": "天太热了，我肯多付50元。公司的负荷是6，至少要7个人，平均等74分钟，没有超过2小时。2小时上门要的人多，成本高一些，所以贵。"
    "有人可能会等得久，公司要打电话道歉。我会承诺2小时上门，做不到就打折。",
    "short": "我选2小时的，贵30元也行，因为热。公司要看有多少师傅，人少就只能承诺2天，承诺了做不到会失去信任。",
    "poor": "顾客希望越快越好，应当承诺2小时。公司可以多招师傅、加强培训，服务好了口碑就好，生意多了成本自然会降。要尽快上门，让顾客满意。",
}
