"""练一练 of chapter 9: a customer's RFM code."""

from service_marketing.simulations.spec import Text

from .references import rfm_code
from .spec import Hint, Number, Practice

rfm = Practice(
    name="rfm",
    chapter=9,
    title=Text("给客人打RFM分", "Score a guest by RFM"),
    statement=Text(
        "RFM看三件事：离上次来过了几天（`days`），一年来了几次（`visits`），一共花了多少元（`spend`）。每件事打1到3分，3分最好。\n\n"
        "天数：30天以内（含30）3分，90天以内（含90）2分，更久1分。次数：6次及以上3分，3次及以上2分，否则1分。"
        "金额：3000元及以上3分，1000元及以上2分，否则1分。\n\n"
        "交回一个三位数：百位是天数的分，十位是次数的分，个位是金额的分。",
        "RFM looks at three things: days since the last visit (`days`), visits in a year (`visits`), yuan spent (`spend`). "
        "Each is scored from 1 to 3, 3 is best.\n\n"
        "Days: up to 30 scores 3, up to 90 scores 2, longer 1. Visits: 6 or more 3, 3 or more 2, else 1. "
        "Spend: 3000 or more 3, 1000 or more 2, else 1.\n\n"
        "Hand back a three-digit number: hundreds for days, tens for visits, ones for spend.",
    ),
    starter=Text(
        """\
def my_rfm(days, visits, spend):
    if days <= 30:
        r = 3
    elif days <= 90:
        r = 2
    else:
        r = 1
    f = 1  # 按次数打分
    m = 1  # 按金额打分
    return r + f + m  # 改成三位数
""",
        """\
def my_rfm(days, visits, spend):
    if days <= 30:
        r = 3
    elif days <= 90:
        r = 2
    else:
        r = 1
    f = 1  # score the visits
    m = 1  # score the spend
    return r + f + m  # make it three digits
""",
    ),
    function="my_rfm",
    reference=rfm_code,
    cases=((12, 8, 5200), (90, 3, 1000), (200, 1, 380)),
    sampler=(Number("days", 0, 150, 10), Number("visits", 1, 9), Number("spend", 200, 4400, 200)),
    hints=(
        Hint(
            Text(
                "三个分数加在一起就分不清谁高谁低了。百位乘100，十位乘10，再加个位。",
                "A sum does not tell which score is high. Take 100 times, 10 times and once.",
            ),
            "lambda d, v, s: (3 if d <= 30 else 2 if d <= 90 else 1) + (3 if v >= 6 else 2 if v >= 3 else 1)"
            " + (3 if s >= 3000 else 2 if s >= 1000 else 1)",
        ),
        Hint(
            Text("天数越少越好：30天以内是3分，不是1分。", "Fewer days are better: up to 30 days scores 3, not 1."),
            "lambda d, v, s: 100 * (1 if d <= 30 else 2 if d <= 90 else 3) + 10 * (3 if v >= 6 else 2 if v >= 3 else 1)"
            " + (3 if s >= 3000 else 2 if s >= 1000 else 1)",
        ),
        Hint(
            Text(
                "看看边界：正好6次、正好3000元也算进高的一档，要用 >=。",
                "Mind the limits: exactly 6 visits or 3000 yuan belong to the upper class: >=.",
            ),
            "lambda d, v, s: 100 * (3 if d <= 30 else 2 if d <= 90 else 1) + 10 * (3 if v > 6 else 2 if v > 3 else 1)"
            " + (3 if s > 3000 else 2 if s > 1000 else 1)",
        ),
        Hint(
            Text(
                "看看边界：正好30天、正好90天也算进高的一档，要用 <=。",
                "Mind the limits: exactly 30 or 90 days belong to the upper class: <=.",
            ),
            "lambda d, v, s: 100 * (3 if d < 30 else 2 if d < 90 else 1) + 10 * (3 if v >= 6 else 2 if v >= 3 else 1)"
            " + (3 if s >= 3000 else 2 if s >= 1000 else 1)",
        ),
        Hint(
            Text(
                "天数这一段是现成的，照着它写次数和金额，注意方向：次数和金额是越多越好。",
                "The part for days is there; write visits and spend like it, but more is better.",
            )
        ),
        Hint(Text("最后一行：return 100 * r + 10 * f + m。", "The last line: return 100 * r + 10 * f + m.")),
    ),
    solution=Text(
        """\
def my_rfm(days, visits, spend):
    if days <= 30:
        r = 3
    elif days <= 90:
        r = 2
    else:
        r = 1
    if visits >= 6:
        f = 3
    elif visits >= 3:
        f = 2
    else:
        f = 1
    if spend >= 3000:
        m = 3
    elif spend >= 1000:
        m = 2
    else:
        m = 1
    return 100 * r + 10 * f + m
""",
        """\
def my_rfm(days, visits, spend):
    if days <= 30:
        r = 3
    elif days <= 90:
        r = 2
    else:
        r = 1
    if visits >= 6:
        f = 3
    elif visits >= 3:
        f = 2
    else:
        f = 1
    if spend >= 3000:
        m = 3
    elif spend >= 1000:
        m = 2
    else:
        m = 1
    return 100 * r + 10 * f + m
""",
    ),
)
