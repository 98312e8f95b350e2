"""练一练 of chapter 6: from the complaints in the register to the customers who said nothing."""

from service_marketing.simulations.spec import Text

from .references import silent_customers
from .spec import Hint, Number, Practice

silent = Practice(
    name="silent",
    chapter=6,
    title=Text("登记簿外面有多少沉默的客人", "How many said nothing"),
    statement=Text(
        "登记簿上有 `recorded` 件投诉。不满意的客人里，开口投诉的占 `complain_share`；说出来的投诉里，被记下来的占 `record_share`。\n\n"
        "一步一步倒推：先算说出来的投诉有多少，再算不满意的客人有多少，最后交回没有开口的人数（可以有小数）。",
        "There are `recorded` complaints in the register. Of the dissatisfied guests a share `complain_share` speaks up; "
        "of what they say a share `record_share` is written down.\n\n"
        "Go back step by step: first how many complaints were made, then how many guests were dissatisfied; "
        "hand back how many said nothing (decimals are fine).",
    ),
    starter=Text(
        """\
def my_silent(recorded, complain_share, record_share):
    said = recorded * record_share  # 说出来的应该比记下来的多
    dissatisfied = said / complain_share
    return dissatisfied
""",
        """\
def my_silent(recorded, complain_share, record_share):
    said = recorded * record_share  # more was said than written down
    dissatisfied = said / complain_share
    return dissatisfied
""",
    ),
    function="my_silent",
    reference=silent_customers,
    cases=((10, 0.5, 1.0), (12, 0.25, 0.6), (0, 0.3, 0.5)),
    sampler=(Number("recorded", 1, 60), Number("complain_share", 0.05, 0.9, 0.05), Number("record_share", 0.2, 1.0, 0.05)),
    hints=(
        Hint(
            Text(
                "这是全部不满意的人。开口的那些不算沉默，要减掉。",
                "These are all the dissatisfied. Those who spoke up are not silent: take them off.",
            ),
            "lambda recorded, c, r: recorded / r / c",
        ),
        Hint(
            Text(
                "记下来的只是说出来的一部分，所以说出来的 = 记下来的 ÷ 记录的比例。",
                "Only part was written down, so said = recorded ÷ share written down.",
            ),
            "lambda recorded, c, r: recorded * r / c",
        ),
        Hint(
            Text(
                "记下来的只是说出来的一部分，所以说出来的 = 记下来的 ÷ 记录的比例。",
                "Only part was written down, so said = recorded ÷ share written down.",
            ),
            "lambda recorded, c, r: recorded * r / c - recorded * r",
        ),
        Hint(
            Text("减掉的应该是说出来的人，不只是被记下来的人。", "Take off all who spoke up, not only those written down."),
            "lambda recorded, c, r: recorded / r / c - recorded",
        ),
        Hint(
            Text(
                "画一个漏斗：不满意 → 开口 → 被记下来，每一步乘一个比例，倒着走就是除。",
                "Draw the funnel: each step multiplies by a share; going back divides.",
            )
        ),
        Hint(Text("沉默的人 = 不满意的人 − 开口的人。", "Silent = dissatisfied − those who spoke up.")),
    ),
    solution=Text(
        """\
def my_silent(recorded, complain_share, record_share):
    said = recorded / record_share
    dissatisfied = said / complain_share
    return dissatisfied - said
""",
        """\
def my_silent(recorded, complain_share, record_share):
    said = recorded / record_share
    dissatisfied = said / complain_share
    return dissatisfied - said
""",
    ),
)
