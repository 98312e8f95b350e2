"""Typical submissions of the assignment of chapter 0: the mistakes and what each costs.

The tests grade every mistake and expect exactly the cells in `loses` to be lost.
"""

from service_marketing.classroom.submissions import Mistake

ALL_OF_7_AND_8 = ("t7-groups", "t7-worst", "t7-place", "t7-decision", "t8-data", "t8-claims")
ALL_OF_6 = ("t6-december", "t6-store", "t6-mean", "t6-low")

MISTAKES = {
    "reversed gap": Mistake(
        "差距算反了，用期望减结果",
        {
            "t1": """
expectation = 7.5
performance = 6
gap = expectation - performance
""",
        },
        ("t1-gap",),
    ),
    "quoted numbers": Mistake(
        "数加了引号，成了文字",
        {
            "t1": """
expectation = "7.5"
performance = "6"
gap = 6 - 7.5
""",
        },
        ("t1-names",),
    ),
    "swapped": Mistake(
        "先写了结果，后写了期望",
        {
            "t2-a": """
wang = satisfaction(5, 7.4)
wang_hurt = round(satisfaction(5, 7.4, loss_aversion=3), 1)
""",
        },
        ("t2-default", "t2-named"),
    ),
    "third number": Mistake(
        "把失望的分量写在第三个位置，那里是另一个参数",
        {
            "t2-a": """
wang = satisfaction(7.4, 5)
wang_hurt = round(satisfaction(7.4, 5, 1.5), 1)
""",
        },
        ("t2-named",),
    ),
    "still quoted": Mistake(
        "名字改好了，8的引号还在，这一行仍然报错",
        {"t2-b": 'fixed = satisfaction(6.5, performance="8")'},
        ("t2-fixed",),
    ),
    "printed": Mistake(
        "函数里写了 print，没有 return，后面用它的地方也没有了结果",
        {
            "t3": """
def percent(part, whole):
    print(100 * part / whole)
""",
        },
        ("t3-example", "t3-ends", "t3-hidden", "t6-low"),
    ),
    "fraction": Mistake(
        "忘了乘100，写成了比例",
        {
            "t3": """
def percent(part, whole):
    return part / whole
""",
        },
        ("t3-example", "t3-ends", "t3-hidden", "t6-low"),
    ),
    "rounded": Mistake(
        "在函数里四舍五入了",
        {
            "t3": """
def percent(part, whole):
    return round(100 * part / whole, 1)
""",
        },
        ("t3-hidden", "t6-low"),
    ),
    "list swapped": Mistake(
        "列表里把期望和结果放反了",
        {
            "t4": """
results = [2, 4, 6, 8]
scores = [satisfaction(result, 5) for result in results]
""",
        },
        ("t4-scores",),
    ),
    "only the last": Mistake(
        "没有排成列表，只算了最后一个",
        {
            "t4": """
results = [2, 4, 6, 8]
for result in results:
    scores = satisfaction(5, result)
""",
        },
        ("t4-scores",),
    ),
    "two decimals": Mistake(
        "平均数四舍五入了，差距的正负号也反了",
        {
            "t5": """
n_visits = len(visits)
mean_rating = round(visits["rating"].mean(), 2)
mean_gap = (visits["expectation"] - visits["performance"]).mean()
""",
        },
        ("t5-mean", "t5-gap"),
    ),
    "all columns": Mistake(
        "数成了表里一共有多少个值",
        {
            "t5": """
n_visits = visits.size
mean_rating = visits["rating"].mean()
mean_gap = visits["performance"].mean() - visits["expectation"].mean()
""",
        },
        ("t5-count",),
    ),
    "after the first": Mistake(
        "用了大于号，12月1日的客人没有算进来",
        {
            "t6": """
december = visits[visits["date"] > "2024-12-01"]
mine = december[december["store_id"] == 7]
mine_mean = mine["rating"].mean()
mine_low = percent(len(mine[mine["rating"] <= 2]), len(mine))
""",
        },
        ALL_OF_6,
    ),
    "two years": Mistake(
        "一家店从两年的表里挑，不是从12月里挑",
        {
            "t6": """
december = visits[visits["date"] >= "2024-12-01"]
mine = visits[visits["store_id"] == 7]
mine_mean = mine["rating"].mean()
mine_low = percent(len(mine[mine["rating"] <= 2]), len(mine))
""",
        },
        ("t6-store", "t6-mean", "t6-low"),
    ),
    "ones only": Mistake(
        "只数了1分，漏了2分",
        {
            "t6": """
december = visits[visits["date"] >= "2024-12-01"]
mine = december[december["store_id"] == 7]
mine_mean = mine["rating"].mean()
mine_low = percent(len(mine[mine["rating"] < 2]), len(mine))
""",
        },
        ("t6-low",),
    ),
    "one equals sign": Mistake(
        "判断相等只写了一个等号，整格不能运行",
        {
            "t6": """
december = visits[visits["date"] >= "2024-12-01"]
mine = december[december["store_id"] = 7]
mine_mean = mine["rating"].mean()
mine_low = 10
""",
        },
        ALL_OF_6,
    ),
    "hasty": Mistake(
        "只看11月的名次，就建议约谈",
        {
            "t7": """
by_store = november.groupby("store_id")["rating"].mean()
worst = by_store.idxmin()
place = by_store.rank()[worst]
decision = "A"
""",
        },
        ("t7-place", "t7-decision"),
    ),
    "best store": Mistake(
        "把最高的当成最低的，名次从高往低数，碰巧建议没有错",
        {
            "t7": """
by_store = november.groupby("store_id")["rating"].mean()
worst = by_store.idxmax()
place = visits.groupby("store_id")["rating"].mean().rank(ascending=False)[worst]
decision = "B"
""",
        },
        ("t7-worst", "t7-place"),
    ),
    "the average": Mistake(
        "worst 存成了最低的平均分，不是店号，下一行就报错了",
        {
            "t7": """
by_store = november.groupby("store_id")["rating"].mean()
worst = by_store.min()
decision = "B"
place = visits.groupby("store_id")["rating"].mean().rank()[worst]
""",
        },
        ("t7-worst", "t7-place"),
    ),
    "made up is false": Mistake(
        "把悦来的数当成真实数据，把自己问来的12个人当成不算数的流行数字",
        {
            "t8": """
kind_1 = "A"
kind_2 = "D"
kind_3 = "C"
kind_4 = "D"
kind_5 = "A"
kind_6 = "D"
""",
        },
        ("t8-data",),
    ),
    "believer": Mistake(
        "有具体数目的说法就当成真实数据",
        {
            "t8": """
kind_1 = "B"
kind_2 = "A"
kind_3 = "C"
kind_4 = "A"
kind_5 = "A"
kind_6 = "A"
""",
        },
        ("t8-claims",),
    ),
    "ran out of time": Mistake(
        "最后两题没有作答",
        dict.fromkeys(("t7", "t8")),
        ALL_OF_7_AND_8,
    ),
}

ESSAYS = {
    "good": "店长，12月我们店抽到56次住店，满分5分，平均3.8分，有8次打了1分或2分，差不多七个人里一个。同月全连锁855次，平均3.9分，"
    "低分占12%，我们比它低不到0.1分。人数少，这点差距可能是碰巧，换几位客人就会反过来；另外，表里只有分数，不知道低分的人"
    "为什么不高兴，抽到的也只是一半客人。会上可以说“和全连锁差不多，低分有8次”。会后我把这8次的留言找出来，下周告诉您。",
    "middling": "天河店12月的满意度平均是3.79分（满分5分），低分占14.29%。全连锁是3.86分，我们略低。"
    "因为只有几十条数据，所以结果不一定准确。我觉得可能是12月天气冷、热水不足造成的，建议店长检查一下热水系统。",
    "poor": "店长您好，我们店12月的rating是3.8分左右，总体来看客人还是比较满意的。服务行业要以顾客为中心，希望大家再接再厉。",
}
