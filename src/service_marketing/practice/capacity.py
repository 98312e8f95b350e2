"""练一练 of chapter 10: the wait at one window, Erlang's C, the three efficiencies of a service."""

from service_marketing.models.capacity import erlang_c as right_c
from service_marketing.simulations.spec import Text

from .references import one_window_wait, three_efficiencies
from .spec import Hint, Number, Practice

# Erlang's B as an expression, for the typical mistakes
LOST = "(lambda f: f(f, c))(lambda f, n: 1.0 if n == 0 else (lambda x: a * x / (n + a * x))(f(f, n - 1)))"

window = Practice(
    name="one_window",
    chapter=10,
    title=Text("一个窗口，平均要等几分钟", "The mean wait at one window"),
    statement=Text(
        "一个窗口每小时来 `per_hour` 位客人，每位平均要 `minutes` 分钟。忙碌的比例 ρ = 每小时人数 × 每人分钟数 ÷ 60。\n\n"
        "客人随到、服务时间有长有短，平均要等的分钟数是 每人分钟数 × ρ ÷（1 − ρ）。下面的函数只算了服务时间，把它改成等待。",
        "One window is visited by `per_hour` guests an hour, each taking `minutes` minutes on average. "
        "It is busy ρ = guests an hour × minutes ÷ 60 of the time.\n\n"
        "With random arrivals and varying services the mean wait is minutes × ρ ÷ (1 − ρ). "
        "The function below returns the service time; make it the wait.",
    ),
    starter=Text(
        """\
def my_wait(per_hour, minutes):
    rho = per_hour * minutes / 60
    return minutes  # 改成平均要等的分钟数
""",
        """\
def my_wait(per_hour, minutes):
    rho = per_hour * minutes / 60
    return minutes  # make this the mean wait
""",
    ),
    function="my_wait",
    reference=one_window_wait,
    cases=((10, 3), (15, 3), (18, 3)),
    sampler=(Number("per_hour", 4, 11), Number("minutes", 1.0, 5.0, 0.5)),
    hints=(
        Hint(
            Text("分子上还少一个 ρ：每人分钟数 × ρ ÷（1 − ρ）。", "The ρ on top is missing: minutes × ρ ÷ (1 − ρ)."),
            "lambda n, s: s / (1 - n * s / 60)",
        ),
        Hint(
            Text(
                "等待不是跟着忙碌成正比地涨，还要除以空出来的那一份 1 − ρ。",
                "The wait does not just grow with ρ: divide by what is left free, 1 − ρ.",
            ),
            "lambda n, s: s * n * s / 60",
        ),
        Hint(
            Text("还要乘上每人的分钟数，才是分钟。", "Multiply by the minutes a guest takes, so that it is minutes."),
            "lambda n, s: (n * s / 60) / (1 - n * s / 60)",
        ),
        Hint(
            Text("ρ 要除以60：一小时有60分钟，每小时的人数乘每人分钟数，最多60。", "ρ is out of 60 minutes: divide by 60."),
            "lambda n, s: s * (n * s) / (1 - n * s)",
        ),
        Hint(
            Text(
                "先算第一个例子：每小时10人，每人3分钟，ρ是0.5，等待和服务一样长，3分钟。",
                "Work the first case by hand: 10 an hour, 3 minutes each, ρ is 0.5, and the wait is as long as the service, 3 minutes.",
            )
        ),
        Hint(Text("最后一行：return minutes * rho / (1 - rho)。", "The last line: return minutes * rho / (1 - rho).")),
    ),
    solution=Text(
        """\
def my_wait(per_hour, minutes):
    rho = per_hour * minutes / 60
    return minutes * rho / (1 - rho)
""",
        """\
def my_wait(per_hour, minutes):
    rho = per_hour * minutes / 60
    return minutes * rho / (1 - rho)
""",
    ),
)

erlang = Practice(
    name="erlang_c",
    chapter=10,
    title=Text("要等的客人占几成", "How many must wait"),
    statement=Text(
        "`servers` 个窗口，负荷是 `load`（每分钟人数 × 每人分钟数）。循环已经算好 b：客人看见全满就走时，走掉的比例（爱尔朗B）。\n\n"
        "客人要是肯等，要等的比例是 C = B ÷（1 − ρ × (1 − B)），ρ = 负荷 ÷ 窗口数。负荷不小于窗口数时，人人要等，交回1。把它补完。",
        "There are `servers` windows and a `load` (guests a minute × minutes each). The loop has found b, the share lost if guests "
        "left whenever all windows are taken (Erlang B).\n\n"
        "If they wait, the share that must wait is C = B ÷ (1 − ρ × (1 − B)) with ρ = load ÷ servers. "
        "With a load of `servers` or more everybody waits: return 1. Complete it.",
    ),
    starter=Text(
        """\
def my_erlang_c(servers, load):
    b = 1
    for n in range(1, servers + 1):
        b = load * b / (n + load * b)
    return b  # 这是B，改成C
""",
        """\
def my_erlang_c(servers, load):
    b = 1
    for n in range(1, servers + 1):
        b = load * b / (n + load * b)
    return b  # this is B; make it C
""",
    ),
    function="my_erlang_c",
    reference=right_c,
    cases=((1, 0.5), (4, 3.2), (2, 3)),
    sampler=(Number("servers", 1, 8), Number("load", 0.5, 9.0, 0.5)),
    hints=(
        Hint(
            Text(
                "这还是B，“看见满了就走”的比例。先算 rho = load / servers，再代入C的式子。",
                "This is still B, the share who turn away. Find rho = load / servers, then use the formula for C.",
            ),
            f"lambda c, a: {LOST}",
        ),
        Hint(
            Text(
                "负荷不小于窗口数时，式子不能用：先写 if load >= servers: return 1。",
                "With a load of servers or more the formula does not hold: begin with if load >= servers: return 1.",
            ),
            f"lambda c, a: (lambda b: b / (1 - a / c * (1 - b)))({LOST})",
        ),
        Hint(
            Text("ρ 是负荷除以窗口数，不是负荷本身。", "ρ is the load divided by the windows, not the load itself."),
            f"lambda c, a: 1 if a >= c else (lambda b: b / (1 - a * (1 - b)))({LOST})",
        ),
        Hint(
            Text(
                "一个窗口的时候，答案应当正好是ρ：第一个例子是0.5。",
                "With one window the answer should be ρ itself: 0.5 in the first case.",
            )
        ),
        Hint(
            Text(
                "最后两行：rho = load / servers，return b / (1 - rho * (1 - b))。",
                "The last lines: rho = load / servers, return b / (1 - rho * (1 - b)).",
            )
        ),
    ),
    solution=Text(
        """\
def my_erlang_c(servers, load):
    if load >= servers:
        return 1
    b = 1
    for n in range(1, servers + 1):
        b = load * b / (n + load * b)
    rho = load / servers
    return b / (1 - rho * (1 - b))
""",
        """\
def my_erlang_c(servers, load):
    if load >= servers:
        return 1
    b = 1
    for n in range(1, servers + 1):
        b = load * b / (n + load * b)
    rho = load / servers
    return b / (1 - rho * (1 - b))
""",
    ),
)

efficiencies = Practice(
    name="three_efficiencies",
    chapter=10,
    title=Text("把生产率拆成三个效率", "Productivity in three efficiencies"),
    statement=Text(
        "一个月花了 `cost` 元，备好了接待 `potential` 人的能力，来了 `served` 人，收入 `revenue` 元。\n\n"
        "内部效率是每一元备好几个人的服务，产能效率是备好的用掉几成，外部效率是每位客人付多少元。一次交回这三个数。下面的函数把第二个和第三个算错了。",
        "In a month `cost` yuan made ready a capacity of `potential` guests; `served` came and paid `revenue` yuan.\n\n"
        "Internal efficiency is guests made ready per yuan, capacity efficiency the share of it used, external efficiency yuan a guest. "
        "Return the three. The function below gets the second and third wrong.",
    ),
    starter=Text(
        """\
def my_efficiencies(cost, potential, served, revenue):
    internal = potential / cost
    capacity = served / cost
    external = revenue / cost
    return internal, capacity, external
""",
        """\
def my_efficiencies(cost, potential, served, revenue):
    internal = potential / cost
    capacity = served / cost
    external = revenue / cost
    return internal, capacity, external
""",
    ),
    function="my_efficiencies",
    reference=three_efficiencies,
    cases=((30000, 2400, 2040, 61200), (20000, 2000, 2000, 50000), (25000, 1500, 900, 36000)),
    sampler=(
        Number("cost", 10000, 40000, 500),
        Number("potential", 1600, 3000, 50),
        Number("served", 400, 1500, 50),
        Number("revenue", 12000, 90000, 500),
    ),
    hints=(
        Hint(
            Text(
                "三个数不能都除以成本：产能效率看备好的用掉几成，外部效率看每位客人付多少。",
                "Not all three are per yuan of cost: capacity efficiency is the share used, external efficiency the yuan a guest.",
            ),
            "lambda cost, potential, served, revenue: (potential / cost, served / cost, revenue / cost)",
        ),
        Hint(
            Text("外部效率按来了的人算，不按备好的算。", "External efficiency counts the guests who came, not those made ready for."),
            "lambda cost, potential, served, revenue: (potential / cost, served / potential, revenue / potential)",
        ),
        Hint(
            Text("最后一个还是收入除以成本，那是总的生产率。", "The last is still revenue over cost, the productivity of it all."),
            "lambda cost, potential, served, revenue: (potential / cost, served / potential, revenue / cost)",
        ),
        Hint(
            Text(
                "内部效率倒过来了：是每一元备好几个人，不是每个人几元。",
                "Internal efficiency is upside down: guests a yuan, not yuan a guest.",
            ),
            "lambda cost, potential, served, revenue: (cost / potential, served / potential, revenue / served)",
        ),
        Hint(
            Text(
                "验算：三个数乘起来，应当等于 revenue / cost。",
                "Check: the three multiplied should give revenue / cost.",
            )
        ),
    ),
    solution=Text(
        """\
def my_efficiencies(cost, potential, served, revenue):
    internal = potential / cost
    capacity = served / potential
    external = revenue / served
    return internal, capacity, external
""",
        """\
def my_efficiencies(cost, potential, served, revenue):
    internal = potential / cost
    capacity = served / potential
    external = revenue / served
    return internal, capacity, external
""",
    ),
)
