"""练一练 of chapter 2: an expectation that learns from several stays, and a result against the zone of tolerance."""

from service_marketing.models.expectations import bayesian_update
from service_marketing.simulations.spec import Text

from .references import zone_code
from .spec import Hint, Number, Practice

update = Practice(
    name="update",
    chapter=2,
    title=Text("住过几次之后，期望是多少", "The expectation after some stays"),
    statement=Text(
        "一位客人原来的期望是 `prior` 分，这个看法抵得上 `weight` 次经历；后来他又住了 `n` 次，平均 `experience` 分。\n\n"
        "交回新的期望：原来的看法按 `weight` 次算，新的经历按 `n` 次算，加权平均。",
        "A guest expected `prior` points, a view worth `weight` stays; then came `n` stays of `experience` points on average.\n\n"
        "Return the new expectation: the weighted mean of the old view, counted `weight` times, and the new stays, counted `n` times.",
    ),
    starter=Text(
        """\
def my_update(prior, weight, experience, n):
    old = weight * prior
    new = experience  # 住了不止一次呢？
    return (old + new) / (weight + 1)
""",
        """\
def my_update(prior, weight, experience, n):
    old = weight * prior
    new = experience  # what if there were several stays?
    return (old + new) / (weight + 1)
""",
    ),
    function="my_update",
    reference=bayesian_update,
    cases=((8, 1, 4, 1), (8, 9, 4, 1), (7, 4, 4, 2)),
    sampler=(Number("prior", 2.0, 9.0, 0.5), Number("weight", 1, 10), Number("experience", 1.0, 9.0, 0.5), Number("n", 1, 6)),
    hints=(
        Hint(
            Text(
                "只住一次时对了。住了 n 次，新的一头要乘 n，分母也要加 n。",
                "Right for one stay. With n of them, multiply the new part by n and add n below.",
            ),
            "lambda p, k, x, n: (k * p + x) / (k + 1)",
        ),
        Hint(
            Text("少了括号：先把上面两样加起来，再除。", "Brackets are missing: add both parts above before dividing."),
            "lambda p, k, x, n: k * p + n * x / (k + n)",
        ),
        Hint(
            Text(
                "这样每一头都只算一次，旧看法抵几次经历就白说了。按 weight 和 n 加权。",
                "This counts each part once. Weigh them by weight and n.",
            ),
            "lambda p, k, x, n: (p + x) / 2",
        ),
        Hint(
            Text(
                "两头的份量写反了：weight 配原来的看法，n 配新的经历。",
                "The weights are swapped: weight belongs to the old view, n to the new stays.",
            ),
            "lambda p, k, x, n: (n * p + k * x) / (k + n)",
        ),
        Hint(
            Text(
                "新的期望一定落在原来的看法和新的经历之间。拿第一个例子试：8和4各算一次，应得6。",
                "The result lies between the old view and the new stays. Try the first case: 8 and 4, once each, give 6.",
            )
        ),
        Hint(Text("(weight * prior + n * experience) / (weight + n)。", "(weight * prior + n * experience) / (weight + n).")),
    ),
    solution=Text(
        """\
def my_update(prior, weight, experience, n):
    old = weight * prior
    new = n * experience
    return (old + new) / (weight + n)
""",
        """\
def my_update(prior, weight, experience, n):
    old = weight * prior
    new = n * experience
    return (old + new) / (weight + n)
""",
    ),
)

zone = Practice(
    name="zone",
    chapter=2,
    title=Text("落在容忍区的哪一边", "Below, within or above the zone"),
    statement=Text(
        "一项服务得到 `perception` 分，顾客够用的水平是 `adequate` 分，想要的是 `desired` 分。\n\n"
        "交回三个数：MSA（得到的减够用的）、MSS（得到的减想要的）、位置。"
        "位置这样编：低于容忍区是0，在区内是1，高于容忍区是2；正好压在线上，算在区内。",
        "A service is perceived at `perception` points; `adequate` is enough for the customer, `desired` is wished for.\n\n"
        "Return three numbers: MSA (perceived less adequate), MSS (perceived less desired) and the place: "
        "0 below the zone of tolerance, 1 within, 2 above; on an edge counts as within.",
    ),
    starter=Text(
        """\
def my_zone(perception, adequate, desired):
    msa = perception - adequate
    mss = perception - desired
    place = 1
    if msa < 0:
        place = 0
    return msa, mss, place  # 高于容忍区呢？
""",
        """\
def my_zone(perception, adequate, desired):
    msa = perception - adequate
    mss = perception - desired
    place = 1
    if msa < 0:
        place = 0
    return msa, mss, place  # and above the zone?
""",
    ),
    function="my_zone",
    reference=zone_code,
    cases=((4.5, 6, 8), (6.5, 6, 7), (7, 3, 6), (6, 6, 8)),
    sampler=(Number("perception", 1.0, 9.0, 0.5), Number("adequate", 2.0, 5.0, 0.5), Number("desired", 5.0, 8.0, 0.5)),
    hints=(
        Hint(
            Text(
                "低于和区内都对了。MSS 大于0，就是高于容忍区，编2。",
                "Below and within are right. When MSS exceeds 0 the place is above: 2.",
            ),
            "lambda p, a, d: (p - a, p - d, 0 if p < a else 1)",
        ),
        Hint(
            Text(
                "差压线的情形：正好等于够用的或想要的，算在区内，编1。比较用 < 和 >，不用 <= 和 >=。",
                "Mind the edges: equal to either level is within, 1. Compare with < and >, not <= and >=.",
            ),
            "lambda p, a, d: (p - a, p - d, 0 if p <= a else 2 if p >= d else 1)",
        ),
        Hint(
            Text(
                "两个指标的方向反了：都是得到的在前，减去那条线。",
                "Both measures have the wrong sign: perceived first, less the level.",
            ),
            "lambda p, a, d: (a - p, d - p, 0 if p < a else 2 if p > d else 1)",
        ),
        Hint(
            Text("MSA 和 MSS 换了位置：先够用的，后想要的。", "MSA and MSS have changed places: adequate first, then desired."),
            "lambda p, a, d: (p - d, p - a, 0 if p < a else 2 if p > d else 1)",
        ),
        Hint(Text("三个位置，两个 if：msa 小于0是0，mss 大于0是2，其余是1。", "Three places, two ifs: msa below 0, mss above 0, else 1.")),
    ),
    solution=Text(
        """\
def my_zone(perception, adequate, desired):
    msa = perception - adequate
    mss = perception - desired
    place = 1
    if msa < 0:
        place = 0
    if mss > 0:
        place = 2
    return msa, mss, place
""",
        """\
def my_zone(perception, adequate, desired):
    msa = perception - adequate
    mss = perception - desired
    place = 1
    if msa < 0:
        place = 0
    if mss > 0:
        place = 2
    return msa, mss, place
""",
    ),
)
