"""Typical submissions of the assignment of chapter 1: the mistakes and what each costs.

The tests grade every mistake and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake

ALL_OF_9_AND_10 = ("t9-kappa", "t9-lazy", "t9-decision", "t10-first", "t10-rest", "t10-c")

MISTAKES = {
    "mean for spread": Mistake(
        "该求标准差的地方求了平均，后面的花费也跟着错了，碰巧建议没有变",
        {
            "t1": """
n_guests = len(guests)
needs_sd = guests["initial_expectation"].mean()
work_sd = visits[visits["store_id"] == 11]["performance"].mean()
""",
        },
        ("t1-needs", "t1-work", "t6-before", "t6-kept", "t6-retuned"),
    ),
    "stays for guests": Mistake(
        "数成了住店次数，不是客人数",
        {
            "t1": """
n_guests = len(visits)
needs_sd = guests["initial_expectation"].std()
work_sd = visits[visits["store_id"] == 11]["performance"].std()
""",
        },
        ("t1-count",),
    ),
    "whole chain": Mistake(
        "发挥波动算成了全连锁的，三个花费都错了，碰巧建议没有变",
        {
            "t1": """
n_guests = len(guests)
needs_sd = guests["initial_expectation"].std()
work_sd = visits["performance"].std()
""",
        },
        ("t1-work", "t6-before", "t6-kept", "t6-retuned"),
    ),
    "ends swapped": Mistake(
        "全照标准和全凭发挥弄反了，七成也就成了三成",
        {
            "t2": """
loss_all = 9
loss_none = 4
loss_seven = 0.3 ** 2 * 4 + 0.7 ** 2 * 9
""",
        },
        ("t2-ends", "t2-seven"),
    ),
    "no square by hand": Mistake(
        "手算时标准化程度没有平方",
        {
            "t2": """
loss_all = 4
loss_none = 9
loss_seven = 0.7 * 4 + 0.3 * 9
""",
        },
        ("t2-seven",),
    ),
    "one square missing": Mistake(
        "1减s没有平方",
        {
            "t3": """
def loss(s, heterogeneity, variability):
    return s**2 * heterogeneity**2 + (1 - s) * variability**2
""",
        },
        ("t3-middle", "t3-hidden", "t6-before", "t6-kept", "t6-retuned"),
    ),
    "brackets": Mistake(
        "1减s少了括号，先算了乘方",
        {
            "t3": """
def loss(s, heterogeneity, variability):
    return s**2 * heterogeneity**2 + 1 - s**2 * variability**2
""",
        },
        ("t3-ends", "t3-middle", "t3-hidden", "t6-before", "t6-kept", "t6-retuned", "t6-decision"),
    ),
    "upside down": Mistake(
        "分子写成了需求差异的平方：客人越杂，规矩越多",
        {
            "t4": """
def best(heterogeneity, variability):
    return heterogeneity**2 / (heterogeneity**2 + variability**2)
""",
        },
        ("t4-best", "t4-hidden", "t6-before", "t6-kept", "t6-retuned", "t6-decision"),
    ),
    "not squared": Mistake(
        "忘了平方，只比了两个标准差",
        {
            "t4": """
def best(heterogeneity, variability):
    return variability / (heterogeneity + variability)
""",
        },
        ("t4-best", "t4-hidden", "t6-before", "t6-kept", "t6-retuned", "t6-decision"),
    ),
    "no cap": Mistake(
        "没有限制在1以内",
        {
            "t5": """
def best_with_cost(heterogeneity, variability, unit_cost, mismatch_cost):
    top = variability**2 + unit_cost / (2 * mismatch_cost)
    return top / (heterogeneity**2 + variability**2)
""",
        },
        ("t5-cap", "t5-hidden"),
    ),
    "divided then multiplied": Mistake(
        "2m没有括号，变成除以2再乘m",
        {
            "t5": """
def best_with_cost(heterogeneity, variability, unit_cost, mismatch_cost):
    top = variability**2 + unit_cost / 2 * mismatch_cost
    return min(1, top / (heterogeneity**2 + variability**2))
""",
        },
        ("t5-inner", "t5-hidden"),
    ),
    "fee forgotten": Mistake(
        "培训费没有算在内，培训显得总是划算",
        {
            "t6": """
s_now = best(needs_sd, work_sd)
s_new = best(needs_sd, 0.6 * work_sd)
cost_a = 10 * loss(s_now, needs_sd, work_sd)
cost_b = 10 * loss(s_now, needs_sd, 0.6 * work_sd)
cost_c = 10 * loss(s_new, needs_sd, 0.6 * work_sd)
plan = "C"
""",
        },
        ("t6-kept", "t6-retuned"),
    ),
    "rules unchanged": Mistake(
        "培训以后没有重新求最合适的程度，C和B一样，看上去培训总是亏本",
        {
            "t6": """
s_now = best(needs_sd, work_sd)
cost_a = 10 * loss(s_now, needs_sd, work_sd)
cost_b = 10 * loss(s_now, needs_sd, 0.6 * work_sd) + 2.8
cost_c = cost_b
plan = "A"
""",
        },
        ("t6-retuned", "t6-decision"),
    ),
    "paid is no service": Mistake(
        "以为收了钱的就不是真服务，换鞋底和宠物手术都编成了曲解",
        {"t7": 'codes = ["A", "B", "C", "D", "A", "B", "B", "C", "D", "B", "B", "D"]'},
        ("t7-nearly",),
    ),
    "kind is genuine": Mistake(
        "客人高兴的都编成真服务",
        {"t7": 'codes = ["A", "A", "C", "A", "A", "A", "A", "A", "D", "A", "A", "A"]'},
        ("t7-most", "t7-nearly"),
    ),
    "eleven codes": Mistake(
        "漏了一件没有编",
        {"t7": 'codes = ["A", "B", "C", "D", "A", "B", "A", "C", "D", "A", "B", ""]'},
        ("t7-all",),
    ),
    "yes only": Mistake(
        "碰巧一致率只算了两人第一件用的那种编码",
        {
            "t8": """
def agreement(first, second):
    same = 0
    for a, b in zip(first, second):
        if a == b:
            same = same + 1
    return same / len(first)


def chance(first, second):
    n = len(first)
    return first.count(first[0]) / n * second.count(first[0]) / n


def kappa(first, second):
    po = agreement(first, second)
    pe = chance(first, second)
    return (po - pe) / (1 - pe)
""",
        },
        ("t8-chance", "t8-kappa", "t8-hidden", "t9-kappa", "t9-decision"),
    ),
    "only subtracted": Mistake(
        "卡帕只减去碰巧，没有除以最多能多出来的",
        {
            "t8": """
def agreement(first, second):
    return sum(a == b for a, b in zip(first, second)) / len(first)


def chance(first, second):
    n = len(first)
    return sum(first.count(code) * second.count(code) / n**2 for code in set(first))


def kappa(first, second):
    return agreement(first, second) - chance(first, second)
""",
        },
        ("t8-kappa", "t8-hidden", "t9-kappa"),
    ),
    "equal shares": Mistake(
        "以为碰巧一致率就是编码种数分之一",
        {
            "t8": """
def agreement(first, second):
    return sum(a == b for a, b in zip(first, second)) / len(first)


def chance(first, second):
    return 1 / len(set(first + second))


def kappa(first, second):
    po = agreement(first, second)
    pe = chance(first, second)
    return (po - pe) / (1 - pe)
""",
        },
        ("t8-chance", "t8-kappa", "t8-hidden", "t9-kappa", "t9-decision"),
    ),
    "impressed": Mistake(
        "看一致率有六成多，就建议代替回访；一律写“是”时的一致率，数成了公司写“是”的比例",
        {
            "t9": """
company = list(complaints["resolved"])
guest = ["是" if r >= 4 else "否" for r in complaints["rating_after"]]
po = agreement(company, guest)
k = kappa(company, guest)
lazy = company.count("是") / len(company)
decision = "A"
""",
        },
        ("t9-lazy", "t9-decision"),
    ),
    "five only": Mistake(
        "只把5分算作满意",
        {
            "t9": """
company = list(complaints["resolved"])
guest = ["是" if r > 4 else "否" for r in complaints["rating_after"]]
po = agreement(company, guest)
k = kappa(company, guest)
lazy = guest.count("是") / len(guest)
decision = "B"
""",
        },
        ("t9-kappa", "t9-lazy"),
    ),
    "rates compared": Mistake(
        "没有一起一起地对，只比了两边“是”的比例，拿相差多少当一致率",
        {
            "t9": """
company_yes = (complaints["resolved"] == "是").mean()
guest_yes = (complaints["rating_after"] >= 4).mean()
po = 1 - abs(company_yes - guest_yes)
k = po
lazy = guest_yes
decision = "A"
""",
        },
        ("t9-kappa", "t9-decision"),
    ),
    "place is location": Mistake(
        "“渠道”当成流程的渠道，两个C对反了",
        {
            "t10": """
mix = {"a": "价格", "b": "有形展示", "c": "产品", "d": "促销", "e": "渠道", "f": "过程", "g": "人员"}
four_c = {"产品": "便利", "价格": "顾客的成本", "渠道": "顾客的需要", "促销": "沟通"}
""",
        },
        ("t10-rest", "t10-c"),
    ),
    "discount": Mistake(
        "把减1元当成促销，把群里的消息当成渠道",
        {
            "t10": """
mix = {"a": "促销", "b": "有形展示", "c": "产品", "d": "渠道", "e": "过程", "f": "渠道", "g": "人员"}
four_c = {"产品": "顾客的需要", "价格": "顾客的成本", "渠道": "便利", "促销": "沟通"}
""",
        },
        ("t10-first",),
    ),
    "ran out of time": Mistake(
        "最后两题没有作答",
        dict.fromkeys(("t9", "t10")),
        ALL_OF_9_AND_10,
    ),
}

ESSAYS = {
    "good": "说它是产品的人，理由是安装费早算进2999元，不装就是个铁箱子，而“真服务”应当免费、额外。说它是服务的人用ISO的定义：至少有一项"
    "活动必须跟顾客一起完成，师傅进门、选位置、试机，哪样都离不开我。吵的不是事实，是“服务”两个字：一方指多给的好处，一方指一段过程。"
    "海报：第一问就停住，含在价里的是欠我的，却说送，是曲解；高空费藏起来，更是误导。改写：“2999元装好为止：约好两小时内到，"
    "铺垫布、讲用法；十楼以上加200元。”别处买的空调付300元请它装，仍是服务，因为过程没变；变的是这300元明明白白买的就是安装，谈不上欠还是送。",
    "middling": "我认为安装是服务。因为根据ISO的定义，服务是供方和顾客接触面上的活动。但是也有人说安装费已经包含在价格里，所以是产品。"
    "海报属于曲解，因为安装本来就是应该做的。海报可以改成“买空调含专业安装，让您放心”。如果单独收300元，我觉得它也是服务，判断不变。",
    "poor": "空调安装肯定是服务，因为是人做的。产品是东西，服务是人做的事。海报上送安装很吸引人，可以多写一点优惠。"
    "单独收钱就不是服务，是买卖了。",
}
