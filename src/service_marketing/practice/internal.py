"""练一练 of chapter 12: skill as a stock, how much an employee may settle, and the difference in differences by hand."""

from service_marketing.simulations.spec import Text

from .references import authority_limit, difference_in_differences, skill_next_quarter
from .spec import Hint, Number, Numbers, Practice

# mean and sum of squared deviations as expressions, for the typical mistakes
MEAN = "(lambda v: sum(v) / len(v))"
SQUARES = "(lambda v: sum([(x - sum(v) / len(v)) ** 2 for x in v]))"

skill = Practice(
    name="skill_stock",
    chapter=12,
    title=Text("手艺这桶水，下季剩多少", "How much skill is left next quarter"),
    statement=Text(
        "员工的平均手艺是 `skill` 分（新人3分，满分9分）。一季里：培训 `hours` 小时，每小时补上离9分的差距的1%；"
        "学到的（比3分高出的部分）忘掉5%；走掉的人占 `turnover`（0到1），他们高出3分的那部分也跟着走。\n\n"
        "下面的函数只记得进水，忘了出水。补上两个漏口，交回下一季的手艺。",
        "The mean skill of the staff is `skill` (newcomers 3, at most 9). In a quarter, each of `hours` hours of training closes 1 % of the "
        "gap to 9; 5 % of what lies above 3 is forgotten; and the share `turnover` (0 to 1) who leave take what they have above 3.\n\n"
        "The function below fills but never drains. Add the two leaks and return next quarter's skill.",
    ),
    starter=Text(
        """\
def my_skill(skill, hours, turnover):
    taught = 0.01 * hours * (9 - skill)
    return skill + taught  # 还有忘掉的和带走的
""",
        """\
def my_skill(skill, hours, turnover):
    taught = 0.01 * hours * (9 - skill)
    return skill + taught  # what is forgotten and taken away is missing
""",
    ),
    function="my_skill",
    reference=skill_next_quarter,
    cases=((6, 16, 0.1), (6, 0, 0.1), (5, 20, 0.3)),
    sampler=(Number("skill", 3.5, 8.5, 0.5), Number("hours", 0, 40, 2), Number("turnover", 0.02, 0.4, 0.02)),
    hints=(
        Hint(
            Text(
                "只进不出的桶。两个漏口都按 skill - 3 算：忘掉0.05，带走 turnover。",
                "Nothing drains yet. Both leaks are shares of skill - 3: 0.05 and turnover.",
            ),
            "lambda s, h, t: s + 0.01 * h * (9 - s)",
        ),
        Hint(
            Text("有一个漏口还没开：人走了，手艺也跟着走。", "One leak is still shut: people who leave take their skill."),
            "lambda s, h, t: s + 0.01 * h * (9 - s) - 0.05 * (s - 3)",
        ),
        Hint(
            Text("有一个漏口还没开：不走的人也会忘掉5%。", "One leak is still shut: those who stay forget 5 %."),
            "lambda s, h, t: s + 0.01 * h * (9 - s) - t * (s - 3)",
        ),
        Hint(
            Text(
                "走掉一个人，补进来的新人有3分，不是0分。漏掉的是 skill - 3，不是 skill。",
                "Whoever leaves is replaced by a newcomer with 3, not 0: the loss is skill - 3, not skill.",
            ),
            "lambda s, h, t: s + 0.01 * h * (9 - s) - (0.05 + t) * s",
        ),
        Hint(
            Text(
                "先手算第一个例子：进水0.48，出水（0.05＋0.1）×3＝0.45，下季6.03。",
                "By hand, the first case: 0.48 in, (0.05 + 0.1) × 3 = 0.45 out, so 6.03.",
            )
        ),
        Hint(
            Text(
                "最后一行：return skill + taught - (0.05 + turnover) * (skill - 3)。",
                "The last line: return skill + taught - (0.05 + turnover) * (skill - 3).",
            )
        ),
    ),
    solution=Text(
        """\
def my_skill(skill, hours, turnover):
    taught = 0.01 * hours * (9 - skill)
    lost = (0.05 + turnover) * (skill - 3)
    return skill + taught - lost
""",
        """\
def my_skill(skill, hours, turnover):
    taught = 0.01 * hours * (9 - skill)
    lost = (0.05 + turnover) * (skill - 3)
    return skill + taught - lost
""",
    ),
)

limit = Practice(
    name="authority_limit",
    chapter=12,
    title=Text("多少钱以内，员工自己定", "How much an employee may settle"),
    statement=Text(
        "请示一次主管，连主管的时间和客人的等待，合 `asking` 元。员工自己定，有 `mistakes`（0到1）这么大的一份会定错，定错一件，那笔钱就白花了。\n\n"
        "限额定在两边一样贵的地方：定错的概率 × 限额 = 请示的成本。下面的函数乘反了，改对它，交回限额（元）。",
        "To fetch a manager costs `asking` yuan, his time and the guest's wait together. Employees settle the share `mistakes` (0 to 1) of cases "
        "wrongly, and then the sum is lost.\n\n"
        "The limit is where both cost the same: chance of being wrong × limit = cost of asking. The function below multiplies where it "
        "should not. Mend it; return yuan.",
    ),
    starter=Text(
        """\
def my_limit(asking, mistakes):
    return asking * mistakes
""",
        """\
def my_limit(asking, mistakes):
    return asking * mistakes
""",
    ),
    function="my_limit",
    reference=authority_limit,
    cases=((30, 0.1), (30, 0.04), (45, 0.15)),
    sampler=(Number("asking", 10, 80, 5), Number("mistakes", 0.02, 0.4, 0.02)),
    hints=(
        Hint(
            Text(
                "乘出来的是“一件小事白花几元”，不是限额。定错得越少，限额应当越高：两边除以 mistakes。",
                "The product is no limit. The fewer mistakes, the higher the limit should be: divide by mistakes.",
            ),
            "lambda a, w: a * w",
        ),
        Hint(
            Text(
                "只有定错的那一份才白花。除以 mistakes，不是除以定对的那一份 1 - mistakes。",
                "Only the wrong share is lost: divide by mistakes, not by 1 - mistakes.",
            ),
            "lambda a, w: a / (1 - w)",
        ),
        Hint(
            Text(
                "第一个例子：一次请示30元，十件错一件，限额是300元。",
                "The first case: 30 yuan to ask, one in ten wrong, a limit of 300 yuan.",
            )
        ),
        Hint(Text("一行就够：return asking / mistakes。", "One line: return asking / mistakes.")),
    ),
    solution=Text(
        """\
def my_limit(asking, mistakes):
    return asking / mistakes
""",
        """\
def my_limit(asking, mistakes):
    return asking / mistakes
""",
    ),
)

did = Practice(
    name="difference_in_differences",
    chapter=12,
    title=Text("双重差分，手工做一遍", "A difference in differences by hand"),
    statement=Text(
        "`trained` 是培训店各自的变化（之后减之前），`control` 是对照店各自的变化，一家店一个数。\n\n"
        "效应 = 培训店变化的平均 − 对照店变化的平均。标准误 = √（培训店的方差 ÷ 店数 + 对照店的方差 ÷ 店数），"
        "方差是各店与平均之差的平方和，除以店数减1。函数已经会算方差，把最后两行改对，交回效应和标准误。",
        "`trained` holds the change (after less before) of each trained branch, `control` that of each control branch.\n\n"
        "Effect = mean change of the trained − mean change of the control. Standard error = √(variance of the trained ÷ their number + "
        "the same of the control), a variance being the sum of squared deviations over the number less 1. The variance is there already; "
        "mend the last lines and return effect and standard error.",
    ),
    starter=Text(
        """\
def my_did(trained, control):
    def mean(v):
        return sum(v) / len(v)

    def variance(v):
        return sum([(x - mean(v)) ** 2 for x in v]) / (len(v) - 1)

    effect = mean(trained)  # 对照店呢
    error = (variance(trained) / len(trained)) ** 0.5
    return effect, error
""",
        """\
def my_did(trained, control):
    def mean(v):
        return sum(v) / len(v)

    def variance(v):
        return sum([(x - mean(v)) ** 2 for x in v]) / (len(v) - 1)

    effect = mean(trained)  # and the control?
    error = (variance(trained) / len(trained)) ** 0.5
    return effect, error
""",
    ),
    function="my_did",
    reference=difference_in_differences,
    cases=(([6, 4, 5, 5], [1, 0, -1, 2]), ([3, 2, 4], [3, 4, 2]), ([8, 2, 5], [1, 1, 4, 2])),
    sampler=(Numbers("trained", -4.0, 12.0, 0.5, length=(3, 10)), Numbers("control", -6.0, 6.0, 0.5, length=(3, 10))),
    hints=(
        Hint(
            Text(
                "这还只是培训店的前后差。对照店没培训也会变，要减掉它们的平均；误差也要把对照店的加进去。",
                "This is only before and after in the trained branches. The control changed too: take off its mean, and add its share of the error.",
            ),
            f"lambda a, b: ({MEAN}(a), ({SQUARES}(a) / (len(a) - 1) / len(a)) ** 0.5)",
        ),
        Hint(
            Text(
                "效应对了。误差只算了一组：对照店的平均也是估出来的，两组的方差÷店数要加起来再开方。",
                "The effect is right. The error has one group only: the control's mean is an estimate too; add both before the root.",
            ),
            f"lambda a, b: ({MEAN}(a) - {MEAN}(b), ({SQUARES}(a) / (len(a) - 1) / len(a)) ** 0.5)",
        ),
        Hint(
            Text(
                "方差还没有除以店数。店越多，平均越稳。",
                "The variances are not yet divided by the number of branches: more branches, a steadier mean.",
            ),
            f"lambda a, b: ({MEAN}(a) - {MEAN}(b), ({SQUARES}(a) / (len(a) - 1) + {SQUARES}(b) / (len(b) - 1)) ** 0.5)",
        ),
        Hint(
            Text(
                "误差不能相减，也不能直接相加：先平方再加，最后开方。",
                "Errors are neither taken off nor simply added: add their squares, then take the root.",
            ),
            f"lambda a, b: ({MEAN}(a) - {MEAN}(b), ({SQUARES}(a) / (len(a) - 1) / len(a)) ** 0.5 + ({SQUARES}(b) / (len(b) - 1) / len(b)) ** 0.5)",
        ),
        Hint(Text("第一个例子：效应是5 − 0.5 = 4.5。", "In the first case the effect is 5 − 0.5 = 4.5.")),
        Hint(
            Text(
                "error = (variance(trained) / len(trained) + variance(control) / len(control)) ** 0.5。",
                "error = (variance(trained) / len(trained) + variance(control) / len(control)) ** 0.5.",
            )
        ),
    ),
    solution=Text(
        """\
def my_did(trained, control):
    def mean(v):
        return sum(v) / len(v)

    def variance(v):
        return sum([(x - mean(v)) ** 2 for x in v]) / (len(v) - 1)

    effect = mean(trained) - mean(control)
    error = (variance(trained) / len(trained) + variance(control) / len(control)) ** 0.5
    return effect, error
""",
        """\
def my_did(trained, control):
    def mean(v):
        return sum(v) / len(v)

    def variance(v):
        return sum([(x - mean(v)) ** 2 for x in v]) / (len(v) - 1)

    effect = mean(trained) - mean(control)
    error = (variance(trained) / len(trained) + variance(control) / len(control)) ** 0.5
    return effect, error
""",
    ),
)
