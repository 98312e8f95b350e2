"""The true parameters of the 悦来 panel, which a reader of the data tries to find."""

from dataclasses import asdict, dataclass, field, fields

SEGMENTS = ("商务", "家庭", "学生", "旅行团", "银发")
DIMENSIONS = ("reliability", "responsiveness", "assurance", "empathy", "tangibles")
"""可靠、响应、保证、移情、有形: the five dimensions of Parasuraman, Zeithaml & Berry (1988)."""


def _known(value, zh: str, en: str):
    return field(default=value, metadata={"zh": zh, "en": en})


def _service(value, zh: str, en: str):
    """A parameter that only counts when `service` is on."""
    return field(default=value, metadata={"zh": zh, "en": en, "layer": "service"})


def _switch(value, zh: str, en: str):
    """A switch that the shipped tables leave alone."""
    return field(default=value, metadata={"zh": zh, "en": en, "layer": "switch"})


@dataclass(frozen=True)
class Truth:
    """What the answers and the returns in the panel are made from. Scores are points from 1 to 9;
    what is listed by segment follows `SEGMENTS`.

    Performance is P = quality weighted by importance + skill_effect·(s − skill_norm) − overload·max(0, ρ − overload_from)²
    − waiting·wait − failure_cost·severity + noise, with s the mean skill of the branch's staff that month, ρ the load of
    its front desk that day and the wait at check-in, in minutes, from a queue with Poisson arrivals, exponential service
    and c clerks. Felt satisfaction is S* = 5 + anchor·(E − 5) + gain·D⁺ − loss·D⁻ + u, with E the expectation, D⁺ and D⁻ the points
    by which the performance P beat it or fell short, and u logistic. P itself never enters: P = E + D⁺ − D⁻, so an
    equation with all four has no unique answer. Source: Oliver (1980), Anderson & Sullivan (1993); the numbers are
    teaching assumptions.
    """

    # whether waits, failures, complaints, word of mouth and staff play a part
    service: bool = _switch(
        False, "等待、差错、投诉、口碑和员工是否起作用", "whether waits, failures, complaints, word of mouth and staff play a part"
    )
    # who comes
    segment_weights: tuple[int, ...] = _known(
        (34, 26, 14, 12, 14),
        "各类客人的占比（%）",
        "share of guests by segment (per cent)",
    )
    initial_expectation: tuple[float, ...] = _known(
        (6.9, 6.6, 5.6, 6.0, 6.3),
        "第一次入住前的平均期望（分）",
        "mean expectation before the first stay (points)",
    )
    initial_spread: float = _known(
        1.0, "第一次入住前期望的标准差（分）", "standard deviation of the expectation before the first stay (points)"
    )
    visits_per_year: tuple[float, ...] = _known((9.6, 5.0, 4.2, 4.2, 5.4), "每年入住次数的均值", "mean stays a year")
    rate_shape: int = _known(2, "入住频率的伽马分布的形状参数", "shape of the gamma distribution of the rate of stays")
    founding_share: float = _known(
        0.5,
        "头三个月就第一次入住的客人比例",
        "share of guests whose first stay falls in the first 91 days",
    )
    # what is expected
    learning: float = _known(0.30, "期望向上次实际结果靠拢的比例", "share of the way that expectation moves to the last result")
    social: float = _known(0.15, "期望向门店口碑靠拢的比例", "the same towards the branch's reviews")
    persuasion: float = _known(0.10, "期望向门店承诺靠拢的比例", "the same towards the branch's promise")
    expectation_noise: float = _known(
        0.35,
        "期望每次变动中说不清的部分的标准差（分）",
        "standard deviation of what else moves it (points)",
    )
    # what comes
    quality: tuple[float, ...] = _known(
        (6.7, 5.9, 6.4, 5.8, 6.3),
        "门店五个维度的平均质量（分）",
        "mean quality of the branches by dimension (points)",
    )
    quality_common: float = _known(
        0.45,
        "门店之间整体高低的标准差（分）",
        "standard deviation of a branch's overall level (points)",
    )
    quality_own: float = _known(
        0.65,
        "门店内各维度高低的标准差（分）",
        "standard deviation of its dimensions around that level (points)",
    )
    importance: tuple[tuple[float, ...], ...] = _known(
        (
            (0.35, 0.30, 0.15, 0.08, 0.12),
            (0.22, 0.18, 0.15, 0.25, 0.20),
            (0.20, 0.15, 0.10, 0.15, 0.40),
            (0.40, 0.20, 0.15, 0.10, 0.15),
            (0.18, 0.14, 0.28, 0.32, 0.08),
        ),
        "各类客人对五个维度的重视程度，每行之和为 1",
        "importance of the five dimensions by segment, each row adding up to 1",
    )
    promise_level: float = _known(6.9, "门店承诺的平均水平（分）", "mean level that the branches promise (points)")
    promise_share: float = _known(0.5, "门店整体每高 1 分，承诺提高多少", "promise per point of a branch's overall level")
    promise_noise: float = _known(0.5, "承诺的其余差异的标准差（分）", "standard deviation of what else it depends on (points)")
    performance_noise: float = _known(
        1.1,
        "同一家店每次服务好坏的标准差（分）",
        "standard deviation of one stay from the next at one branch (points)",
    )
    skill_effect: float = _service(1.5, "员工平均技能每高 1（全距），绩效提高多少分", "performance per unit of mean staff skill (points)")
    skill_norm: float = _service(0.60, "技能等于它时对绩效没有影响", "the skill that neither helps nor harms")
    waiting: float = _service(0.025, "入住时每等 1 分钟，绩效降低多少分", "performance lost per minute waited at check-in (points)")
    overload: float = _service(6.0, "前台负荷超出界限的平方，每 1 降低绩效多少分", "performance lost per squared excess of the desk's load")
    overload_from: float = _service(0.85, "前台负荷超过它，服务开始变差", "load of the desk above which service suffers")
    # who serves
    learning_speed: float = _service(0.2, "新员工技能每月向熟手靠拢的速率", "monthly rate at which a new hire's skill approaches mastery")
    first_skill: float = _service(0.3, "新员工第一天的技能（0–1）", "skill on the first day (0 to 1)")
    quit_level: float = _service(
        -3.0, "员工满意度为 4.5 分时，每月离职的对数优势", "log odds of quitting in a month at staff satisfaction 4.5"
    )
    quit_slope: float = _service(
        1.1, "员工满意度每高 1 分，离职的对数优势下降多少", "log odds of quitting less per point of staff satisfaction"
    )
    # how long the queue is
    service_minutes: float = _service(8.0, "办一次入住平均几分钟", "mean minutes that a check-in takes")
    peak_share: float = _service(0.6, "当天入住中在高峰三小时到店的比例", "share of a day's arrivals within the three peak hours")
    review_pull: float = _service(0.05, "上月口碑每高 1 分，入住率提高多少", "occupancy gained per point of last month's reviews")
    # what goes wrong
    failure_level: float = _service(
        -1.55, "技能正常、可靠性 6.7 分、负荷不高时出差错的对数优势", "log odds of a failure at normal skill, reliability 6.7, low load"
    )
    failure_skill: float = _service(1.5, "技能每高 1，出差错的对数优势下降多少", "log odds of a failure less per unit of skill")
    failure_reliability: float = _service(0.3, "可靠性每高 1 分，出差错的对数优势下降多少", "the same per point of reliability")
    failure_load: float = _service(2.0, "负荷每超出界限 1，出差错的对数优势上升多少", "log odds of a failure more per unit of excess load")
    severity_weights: tuple[int, ...] = _service(
        (60, 30, 10), "差错轻、中、重的占比（%）", "share of mild, middling and severe failures (per cent)"
    )
    failure_cost: float = _service(0.7, "差错每重一级，绩效降低多少分", "performance lost per grade of severity (points)")
    # who says so
    voice_level: float = _service(
        -2.4, "严重度 0、一般人、投诉不方便时开口的对数优势", "log odds of complaining at severity 0, average person, no ease"
    )
    voice_severity: float = _service(0.9, "严重度每高一级，开口的对数优势上升多少", "log odds of complaining more per grade of severity")
    voice_person: float = _service(
        0.8, "开口倾向每高一个标准差，对数优势上升多少", "the same per standard deviation of the person's propensity"
    )
    voice_ease: float = _service(1.6, "投诉方便程度从 0 到 1，对数优势上升多少", "the same from no ease (0) to full ease (1)")
    # what is made good
    recovery_level: float = _service(
        0.3, "三种公平都是 4 分时，投诉后满意度的变化（分）", "change of satisfaction when the three justices are felt at 4"
    )
    distributive: float = _service(0.30, "分配公平每高 1 分，投诉后满意度提高多少", "satisfaction per point of distributive justice")
    procedural: float = _service(0.40, "程序公平每高 1 分，投诉后满意度提高多少", "satisfaction per point of procedural justice")
    interactional: float = _service(0.60, "互动公平每高 1 分，投诉后满意度提高多少", "satisfaction per point of interactional justice")
    match: float = _service(0.50, "补偿与严重度相称时，投诉后满意度再提高多少", "satisfaction gained when compensation fits the severity")
    recovery_noise: float = _service(0.8, "投诉后满意度其余差异的标准差（分）", "standard deviation of what else it depends on (points)")
    resolve_level: float = _service(
        0.6, "三种公平都是 4 分时，问题算解决了的对数优势", "log odds that the problem counts as solved when the justices are 4"
    )
    resolve_slope: float = _service(0.35, "三种公平之和每高 1 分，该对数优势上升多少", "log odds more per point of the three justices' sum")
    # the pilot
    pilot_month: int = _service(13, "投诉培训从第几个月起", "month from which the complaint training runs")
    pilot_procedural: float = _service(0.8, "投诉培训使程序公平提高多少分", "points of procedural justice that the training adds")
    pilot_interactional: float = _service(1.0, "投诉培训使互动公平提高多少分", "points of interactional justice that the training adds")
    # what is felt and answered
    anchor: float = _known(0.1, "期望每高 1 分，满意度本身提高多少", "satisfaction per point of expectation")
    gain: float = _known(
        0.5,
        "结果每超出期望 1 分，满意度提高多少",
        "satisfaction per point by which the result beats the expectation",
    )
    loss: float = _known(1.0, "结果每低于期望 1 分，满意度下降多少", "satisfaction lost per point by which it falls short")
    cuts: tuple[float, ...] = _known(
        (1.0, 2.2, 3.5, 5.6),
        "满意度跨过这些值，评分从 1 升到 2、3、4、5",
        "where felt satisfaction crosses into the ratings 2, 3, 4 and 5",
    )
    recommend_level: float = _known(
        7.9,
        "满意度为 5 分时的平均推荐意愿（0–10）",
        "mean willingness to recommend (0 to 10) at satisfaction 5",
    )
    recommend_slope: float = _known(
        0.8,
        "满意度每高 1 分，推荐意愿提高多少",
        "willingness to recommend per point of satisfaction",
    )
    recommend_noise: float = _known(1.2, "推荐意愿的其余差异的标准差", "standard deviation of what else it depends on")
    # who stays
    drop_level: float = _known(-3.6, "满意度为 5 分时流失的对数优势", "log odds of leaving for good after a stay felt at 5")
    drop_slope: float = _known(
        0.6,
        "满意度每高 1 分，流失的对数优势下降多少",
        "log odds of leaving less per point of satisfaction",
    )
    unresolved_drop: float = _service(
        0.9, "差错没有解决（含没开口的）时，流失的对数优势上升多少", "log odds of leaving more when a failure was not put right"
    )
    drop_beta: tuple[int, int] = _switch(
        (0, 0),
        "若不是 (0, 0)，每位客人有自己的流失概率，服从这两个参数的贝塔分布，取代 drop_level",
        "unless (0, 0), each guest has a probability of leaving of their own, beta with these parameters, in place of drop_level",
    )
    leave_after_first: bool = _switch(True, "第一次入住后会不会流失", "whether a guest may leave after the first stay")
    gap_days: int = _switch(1, "离店后至少隔几天才再来", "days that pass at least before the next stay")
    same_branch: float = _known(0.5, "下次仍住同一家门店的概率", "probability that the next stay is at the same branch")
    # what is told
    told: float = _service(0.22, "评分为 3 分时，一次入住平均告诉几个人", "people told of a stay rated 3, on average")
    told_growth: float = _service(0.45, "评分离 3 分每远 1 分，人数的对数增加多少", "log of that number per point of rating away from 3")
    told_negative: float = _service(0.30, "评分低于 3 分时，人数的对数再增加多少", "log of the number told added below 3")
    degree: int = _service(6, "平均有几个会听自己说的熟人", "mean number of acquaintances who listen")
    degree_shape: int = _service(2, "熟人数的负二项分布的形状参数", "shape of the negative binomial distribution of that number")
    booking: float = _service(0.06, "听到好话的人来订房的概率", "probability that someone who heard good words books")
    word_weight: float = _service(
        0.30, "口碑净好评（−1 到 1）使下月的门店口碑提高多少分", "points that net valence (-1 to 1) adds to next month's reviews"
    )
    # what is paid
    weekend_price: float = _known(
        1.15,
        "周五、周六房价是平日的几倍",
        "room rate on Friday and Saturday, as a multiple of the weekday rate",
    )

    margin: float = _service(0.55, "房费中扣除随住宿发生的成本后留下的比例", "share of the room charge left after the costs of the stay")
    discount: float = _service(0.10, "未来收入的年折现率（连续）", "yearly rate, continuous, at which future income is discounted")

    def as_json(self, **draw) -> dict:
        """What `truth.json` holds: the arguments of the `draw`, the order of the lists, and each parameter with its meaning."""
        values = asdict(self)
        return {
            "draw": draw,
            "segments": list(SEGMENTS),
            "dimensions": list(DIMENSIONS),
            "parameters": {f.name: {"value": values[f.name], "zh": f.metadata["zh"], "en": f.metadata["en"]} for f in self._told()},
        }

    def _told(self) -> list:
        """The fields that have a part in the draw."""
        layers = {None, "service" if self.service else None}
        return [
            f for f in fields(self) if f.metadata.get("layer") in layers or (f.name != "service" and getattr(self, f.name) != f.default)
        ]


TRUTH = Truth()
"""The parameters of `data/guests.csv` and `data/visits.csv`, the years 2023 and 2024."""
SERVICE = Truth(service=True, drop_level=-3.8)
"""The parameters of `data/panel/`, the years 2025 and 2026, in which the chain keeps its service records."""
