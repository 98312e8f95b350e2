"""练一练 of chapter 7: the break-even of a slogan, the waves of word of mouth, the effect along a chain."""

from service_marketing.models.loyalty import expected_total, indirect_effect, slogan_break_even
from service_marketing.simulations.spec import Text

from .spec import Hint, Number, Numbers, Practice

break_even = Practice(
    name="word_break_even",
    chapter=7,
    title=Text("坏话要劝退几成人，才抵得过好话", "What share must a bad word put off to undo the good?"),
    statement=Text(
        "客人里满意的占 `satisfied`（0到1）。每位满意的客人平均带来 `won` 位新客人；每位不满意的客人平均告诉 `told` 个人。\n\n"
        "听到坏话的人里，有几成因此不来，带来的和劝退的就一样多？交回这个比例。大于1就是怎样也抵不过，照样交回算出的数。",
        "A share `satisfied` (0 to 1) of the guests is satisfied. Each satisfied guest brings `won` new guests on average; "
        "each dissatisfied one tells `told` people.\n\n"
        "What share of those told must stay away for the two sides to balance? Hand back that share. "
        "Above 1 the bad word can never undo the good; hand back the number all the same.",
    ),
    starter=Text(
        """\
def my_break_even(satisfied, won, told):
    good = satisfied * won
    heard = told  # 不满意的只占一部分
    return good / heard
""",
        """\
def my_break_even(satisfied, won, told):
    good = satisfied * won
    heard = told  # only some of the guests are dissatisfied
    return good / heard
""",
    ),
    function="my_break_even",
    reference=slogan_break_even,
    cases=((0.9, 1, 25), (0.8, 1, 25), (0.95, 0.5, 10)),
    sampler=(Number("satisfied", 0.5, 0.95, 0.05), Number("won", 0.5, 3.0, 0.5), Number("told", 5, 30)),
    hints=(
        Hint(
            Text(
                "told 是每位不满意的客人告诉的人数，还要乘上不满意的比例：1 − satisfied。",
                "told is per dissatisfied guest: multiply it by the share of the dissatisfied, 1 − satisfied.",
            ),
            "lambda s, won, told: s * won / told",
        ),
        Hint(
            Text(
                "分母对了。分子也要乘比例：满意的只占 satisfied。",
                "The lower part is right. The upper one wants its share too: satisfied.",
            ),
            "lambda s, won, told: won / ((1 - s) * told)",
        ),
        Hint(
            Text("上下反了：应该是好的一边除以听到坏话的人数。", "Upside down: the good side over those who heard a bad word."),
            "lambda s, won, told: (1 - s) * told / (s * won)",
        ),
        Hint(
            Text(
                "这是两边的差，题目要的是让差等于0的那个比例，用除法。",
                "This is the difference of the two sides. Wanted is the share that makes it 0: divide.",
            ),
            "lambda s, won, told: s * won - (1 - s) * told",
        ),
        Hint(
            Text(
                "先设100位客人：满意的带来几位？不满意的一共告诉几个人？",
                "Think of 100 guests: how many do the satisfied bring? How many people do the dissatisfied tell?",
            )
        ),
        Hint(Text("satisfied × won ÷（(1 − satisfied) × told）。", "satisfied × won ÷ ((1 − satisfied) × told).")),
    ),
    solution=Text(
        """\
def my_break_even(satisfied, won, told):
    good = satisfied * won
    heard = (1 - satisfied) * told
    return good / heard
""",
        """\
def my_break_even(satisfied, won, told):
    good = satisfied * won
    heard = (1 - satisfied) * told
    return good / heard
""",
    ),
)

waves = Practice(
    name="word_waves",
    chapter=7,
    title=Text("一轮一轮往下传，一共多少人", "Round after round: how many in all?"),
    statement=Text(
        "开头有 `start` 位客人。每位客人平均带来 `R` 位新客人，新客人再照样带下一轮，一共传 `waves` 轮。\n\n"
        "平均下来，连开头的在内，一共有多少位？",
        "There are `start` guests. Each brings `R` new guests on average, who bring the next wave in the same way, for `waves` waves.\n\n"
        "How many are there in all on average, the first ones included?",
    ),
    starter=Text(
        """\
def my_total(R, waves, start):
    total = start
    now = start
    for wave in range(waves):
        now = start * R  # 这一轮是上一轮带来的
        total = total + now
    return total
""",
        """\
def my_total(R, waves, start):
    total = start
    now = start
    for wave in range(waves):
        now = start * R  # this wave is brought by the one before
        total = total + now
    return total
""",
    ),
    function="my_total",
    reference=expected_total,
    cases=((0.5, 2, 8), (1.0, 3, 10), (1.2, 4, 100)),
    sampler=(Number("R", 0.1, 1.5, 0.1), Number("waves", 1, 6), Number("start", 1, 50)),
    hints=(
        Hint(
            Text(
                "每一轮都是从开头那批人算的。改成从上一轮算：now = now * R。",
                "Every wave is counted from the first guests. Count it from the wave before: now = now * R.",
            ),
            "lambda R, waves, start: start + waves * start * R",
        ),
        Hint(
            Text("这只是最后一轮的人数，还要把每一轮加起来。", "This is the last wave only; add up all of them."),
            "lambda R, waves, start: start * R ** waves",
        ),
        Hint(
            Text("漏了开头的 start 位。", "The first guests, start, are missing."),
            "lambda R, waves, start: sum([start * R ** k for k in range(1, waves + 1)])",
        ),
        Hint(
            Text("少传了一轮：要有 waves 轮新客人。", "One wave too few: there are to be waves waves of new guests."),
            "lambda R, waves, start: sum([start * R ** k for k in range(waves)])",
        ),
        Hint(
            Text(
                "先在纸上算第一个例子：8位，带来4位，再带来2位，一共14位。",
                "Work the first example by hand: 8 bring 4, who bring 2, 14 in all.",
            )
        ),
        Hint(
            Text("total 从 start 起，每一轮先 now = now * R，再加进去。", "Start total at start; in each wave now = now * R, then add it.")
        ),
    ),
    solution=Text(
        """\
def my_total(R, waves, start):
    total = start
    now = start
    for wave in range(waves):
        now = now * R
        total = total + now
    return total
""",
        """\
def my_total(R, waves, start):
    total = start
    now = start
    for wave in range(waves):
        now = now * R
        total = total + now
    return total
""",
    ),
)

chain = Practice(
    name="chain_effect",
    chapter=7,
    title=Text("一环一环乘下去", "Along the chain, link by link"),
    statement=Text(
        "`path` 是一列系数，一环一个：前一样高1分，后一样高几分。\n\n最前面的那样高1分，最后面的那样高几分？交回整条链的间接效应。",
        "`path` is a list of coefficients, one a link: how many points the next thing rises when the one before rises by one.\n\n"
        "When the first thing rises by one point, by how many does the last? Hand back the indirect effect along the chain.",
    ),
    starter=Text(
        """\
def my_indirect(path):
    effect = 0
    for coefficient in path:
        effect = effect + coefficient  # 一环接一环，该加还是该乘？
    return effect
""",
        """\
def my_indirect(path):
    effect = 0
    for coefficient in path:
        effect = effect + coefficient  # one link after another: add or multiply?
    return effect
""",
    ),
    function="my_indirect",
    reference=indirect_effect,
    cases=(([0.5, 0.4],), ([0.1, 1.5, 0.4],), ([0.9, -0.5, 0.8],)),
    sampler=(Numbers("path", 0.1, 0.9, 0.1, (2, 5)),),
    hints=(
        Hint(
            Text(
                "0.5分再打0.4折，是0.2分，不是0.9分：一环接一环要相乘。",
                "Four tenths of 0.5 is 0.2, not 0.9: links multiply.",
            ),
            "lambda path: sum(path)",
        ),
        Hint(
            Text("平均也不对：每过一环都要再乘一次。", "Nor is it the mean: every link multiplies once more."),
            "lambda path: sum(path) / len(path)",
        ),
        Hint(
            Text("起点写成0，乘什么都是0。从1开始。", "Starting from 0, every product is 0. Start from 1."),
            "lambda path: 0 * sum(path)",
        ),
        Hint(
            Text("链条不看最弱的一环，要把每一环都乘进去。", "It is not the weakest link alone: multiply them all."),
            "lambda path: min(path)",
        ),
        Hint(Text("把加号改成乘号，起点也要跟着改。", "Turn the plus into a times; the starting value changes with it.")),
        Hint(
            Text(
                "effect 从1开始，每一环 effect = effect * coefficient。", "Start effect at 1; for each link effect = effect * coefficient."
            )
        ),
    ),
    solution=Text(
        """\
def my_indirect(path):
    effect = 1
    for coefficient in path:
        effect = effect * coefficient
    return effect
""",
        """\
def my_indirect(path):
    effect = 1
    for coefficient in path:
        effect = effect * coefficient
    return effect
""",
    ),
)
