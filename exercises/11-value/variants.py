"""Typical submissions of assignment 11: the mistakes and what each costs, and essays of several qualities.

The tests grade every mistake alone and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake

MISTAKES = {
    "costs added": Mistake(
        "四项成本也加了上去",
        {
            "t1-b": """
def delivered_value(offer):
    total = 0
    for name in offer.keys():
        total = total + offer[name]
    return total
""",
        },
        ("t1-function",),
    ),
    "price first": Mistake(
        "以为差得最多的总是价钱",
        {"t1-c": 'worst_item = "money"'},
        ("t1-worst",),
    ),
    "no brackets": Mistake(
        "先除后加，忘了括号",
        {
            "t2-a": """
def value_ratio(core, additional, price, relationship):
    return core + additional / price + relationship
""",
        },
        ("t2-ratio", "t2-hidden"),
    ),
    "bonus is a bonus": Mistake(
        "把负的附加服务当成了正的",
        {
            "t2-b": """
got = packages["core"] + packages["additional"].abs()
paid = packages["price"] + packages["relationship"]
most_left = (got - paid).idxmax()
most_per_yuan = (got / paid).idxmax()
""",
        },
        ("t2-names",),
    ),
    "no discounting": Mistake(
        "没有贴现，选成了乙",
        {
            "t3-a": """
def long_run_cost(price, yearly, years, rate):
    return price + yearly * years
""",
        },
        ("t3-discount", "t3-hidden", "t3-decision"),
    ),
    "discounted once": Mistake(
        "每年的钱都只除了一次",
        {
            "t3-a": """
def long_run_cost(price, yearly, years, rate):
    total = price
    for t in range(1, years + 1):
        total = total + yearly / (1 + rate)
    return total
""",
        },
        ("t3-discount", "t3-hidden", "t3-decision"),
    ),
    "no exponential": Mistake(
        "直接拿差额去分，没有用e的几次方",
        {
            "t4-a": """
def shares(values, s):
    total = sum(values)
    out = []
    for v in values:
        out.append(v / total)
    return out
""",
        },
        ("t4-two", "t4-hidden", "t4-groups"),
    ),
    "bigger crowd": Mistake(
        "哪一类人多就先补哪一类",
        {
            "t4-b": """
after_twin = shares([140, 140, 140], 0.02)[0]
more_leisure = 1500 * (shares([140, 165], 0.01)[0] - shares([120, 165], 0.01)[0])
more_business = 600 * (shares([140, 165], 0.05)[0] - shares([120, 165], 0.05)[0])
first_group = "休闲"
""",
        },
        ("t4-groups",),
    ),
    "twin takes its own": Mistake(
        "凭常识写了一半，没有照模型算",
        {
            "t4-b": """
after_twin = 0.5
more_leisure = 1500 * (shares([140, 165], 0.01)[0] - shares([120, 165], 0.01)[0])
more_business = 600 * (shares([140, 165], 0.05)[0] - shares([120, 165], 0.05)[0])
first_group = "商务"
""",
        },
        ("t4-twin",),
    ),
    "old margin": Mistake(
        "除以降价以前的毛利",
        {
            "t5-a": """
wash_needed = 6 / 24


def volume_needed(price, new_price, unit_cost, activity=0, volume=1):
    margin = price - unit_cost
    return (price - new_price) / margin + activity / (margin * volume)
""",
        },
        ("t5-hand", "t5-function", "t5-activity", "t5-hidden", "t5-own"),
    ),
    "no activity": Mistake(
        "没有算活动花费",
        {
            "t5-a": """
wash_needed = 6 / 18


def volume_needed(price, new_price, unit_cost, activity=0, volume=1):
    return (price - new_price) / (new_price - unit_cost)
""",
        },
        ("t5-activity", "t5-hidden"),
    ),
    "list price": Mistake(
        "用了门市价，没有用自己数据里的实收",
        {
            "t5-b": """
night_price = stores.loc[stores["name"] == "上海外滩店", "price"].iloc[0]
nights_needed = volume_needed(night_price, night_price - 30, 120)
cut = "B"
""",
        },
        ("t5-own",),
    ),
    "loss has no sign": Mistake(
        "倒推时把盈亏减了，应当加",
        {
            "t6-a": """
def list_price_needed(book_cost, profit, paid):
    return (book_cost - profit) / paid


def better_by(list_price, paid, running, salvage):
    return list_price * paid - running - salvage
""",
        },
        ("t6-list", "t6-hidden"),
    ),
    "sunk cost": Mistake(
        "看账面盈亏来决定卖不卖",
        {
            "t6-b": """
quilts = "卖" if 30 * 0.6 - 24 - 2.5 > 0 else "不卖"
towels = "卖" if 30 * 0.5 - 10 - 1 > 0 else "不卖"
""",
        },
        ("t6-decision",),
    ),
    "three is fine": Mistake(
        "把3分算在高分里",
        {
            "t7-a": """
low = newcomers["rating"] < 3
back_all = newcomers["back"].mean()
back_low = newcomers[low]["back"].mean()
back_high = newcomers[newcomers["rating"] >= 3]["back"].mean()
""",
        },
        ("t7-groups", "t7-decision"),
    ),
    "all who return": Mistake(
        "把本来就会再来的人也算成多出来的",
        {
            "t7-b": """
gain_a = 20 * back_all
gain_b = len(newcomers[newcomers["rating"] <= 3]) / 2 * back_high
push = "A" if gain_a > gain_b else "B"
""",
        },
        ("t7-decision",),
    ),
    "neutral left out": Mistake(
        "总数里没有算中性的",
        {
            "t8-a": """
kept = visits.groupby("store_id")["performance"].mean()


def net_valence(words):
    good, bad = 0, 0
    for w in words:
        if w == "正面":
            good = good + 1
        elif w == "负面":
            bad = bad + 1
    return (good - bad) / (good + bad)
""",
        },
        ("t8-net", "t8-clash"),
    ),
    "loudest": Mistake(
        "选了承诺最高的店，没有跟做到的比",
        {
            "t8-b": """
loudest_gap = stores.sort_values("promise")["name"].iloc[-1]
its_id = stores.sort_values("promise")["store_id"].iloc[-1]
gap_net = net_valence(referrals[referrals["store_id"] == its_id]["valence"])
""",
        },
        ("t8-clash",),
    ),
    "one minute": Mistake(
        "算成了一分钟值多少",
        {
            "t9-a": """
def hour_value(b):
    return b["time"] / b["fare"]


my_hour = hour_value(b)
""",
        },
        ("t9-hour",),
    ),
    "everybody together": Mistake(
        "除以了全部旅客的和，没有按旅客分开",
        {
            "t9-b": """
def chances(table, b):
    constant = table["mode"].map({"air": b["air"], "train": b["train"], "bus": b["bus"], "car": 0})
    v = b["fare"] * table["cost"] + b["time"] * table["time"] + b["wait"] * table["wait"] + constant
    w = np.exp(v)
    return w / w.sum()
""",
        },
        ("t9-chances", "t9-riders"),
    ),
    "more riders": Mistake(
        "看见乘客多了就说该降",
        {
            "t9-c": """
train = trips["mode"] == "train"
new = trips.copy()
new.loc[train, "cost"] = new.loc[train, "cost"] - 5
riders_up = chances(new, b)[train].sum() / chances(trips, b)[train].sum() - 1
fare = trips[train]["cost"].mean()
riders_needed = 5 / (fare - 5 - 0.4 * fare)
train_plan = "A"
""",
        },
        ("t9-decision",),
    ),
    "ran out of time": Mistake(
        "最后两题没有作答",
        dict.fromkeys(("t8-a", "t8-b", "t9-a", "t9-b", "t9-c")),
        ("t8-kept", "t8-net", "t8-clash", "t9-hour", "t9-chances", "t9-riders", "t9-decision"),
    ),
}

ESSAYS = {
    "good": "亏10万，半价收回30万，原标价60万；赚5万，收回45万，原标价90万。差30万标价，一批鞋说不圆，"
    "除非活动把人引到别的柜台，多赚15万。要看四样：进货单（成本是不是40万）、盘点表（原标价）、"
    "各柜台十五天的流水（多赚的在不在别处）、当年报纸（“亏”算没算房租）。还要跟没半价的情形比："
    "同城另一家商场那半个月卖掉几成鞋。40万已经花掉，能收回现金就该收，这条道理对；说“让利最好”，一家店一次撑不起来。"
    "改了再印：标题改成“哪里对不上”，写明没找到出处，不写它是编的。",
    "good too": "我的意见是不印。不是因为它假，是因为它当不了证据：两个数要求的原标价分别是60万和90万，"
    "缺口只能用别的柜台补，故事没交代。要补的材料是库存账、分柜台日报和登报原件，分别用来定标价、找那15万、定“亏”的口径。"
    "没有对照：换季也清得掉鞋。沉没成本那一句可以留下，换成我们自己有账可查的一次清仓来讲。",
    "middling": (
        "这个故事有矛盾，先说亏10万，后来又赚5万，要看账本才知道。还要看当时的报纸和商场的销售记录。"
        "也可能是因为换季或者过节，大家本来就要买鞋。但是积压的货卖掉换成现金是对的。我觉得应该改了再印，提醒店长不要随便打折。"
    ),
    "short": "账对不上：亏10万要60万的货，赚5万要90万。没有出处，也没有跟别家比，所以不能当证据。",
    "poor": "半价能吸引很多顾客，薄利多销，商场还得到了好名声，这说明让利是成功的营销。应该照印，让店长学习。",
}
