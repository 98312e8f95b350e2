"""The true parameters of the 悦来 panel, which a reader of the data tries to find."""

from dataclasses import asdict, dataclass, field, fields

SEGMENTS = ("商务", "家庭", "学生", "旅行团", "银发")
DIMENSIONS = ("reliability", "responsiveness", "assurance", "empathy", "tangibles")
"""可靠、响应、保证、移情、有形: the five dimensions of Parasuraman, Zeithaml & Berry (1988)."""


def _known(value, zh: str, en: str):
    return field(default=value, metadata={"zh": zh, "en": en})


@dataclass(frozen=True)
class Truth:
    """What the answers and the returns in the panel are made from. Scores are points from 1 to 9;
    what is listed by segment follows `SEGMENTS`.

    Felt satisfaction is S* = 5 + anchor·(E − 5) + gain·D⁺ − loss·D⁻ + u, with E the expectation, D⁺ and D⁻ the points
    by which the performance P beat it or fell short, and u logistic. P itself never enters: P = E + D⁺ − D⁻, so an
    equation with all four has no unique answer. Source: Oliver (1980), Anderson & Sullivan (1993); the numbers are
    teaching assumptions.
    """

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
    initial_spread: float = _known(1.0, "第一次入住前期望的标准差（分）", "standard deviation of that expectation (points)")
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
    same_branch: float = _known(0.5, "下次仍住同一家门店的概率", "probability that the next stay is at the same branch")
    # what is paid
    weekend_price: float = _known(
        1.15,
        "周五、周六房价是平日的几倍",
        "room rate on Friday and Saturday, as a multiple of the weekday rate",
    )

    def as_json(self, **draw) -> dict:
        """What `truth.json` holds: the arguments of the `draw`, the order of the lists, and each parameter with its meaning."""
        values = asdict(self)
        return {
            "draw": draw,
            "segments": list(SEGMENTS),
            "dimensions": list(DIMENSIONS),
            "parameters": {f.name: {"value": values[f.name], "zh": f.metadata["zh"], "en": f.metadata["en"]} for f in fields(self)},
        }


TRUTH = Truth()
"""The parameters of the files in `data/`."""
