"""The practices of the course, by name, in the order of the chapters."""

from . import (
    capacity,
    complaints,
    expectations,
    internal,
    lifetime_value,
    loyalty,
    nature,
    quality,
    recovery,
    satisfaction,
    segmentation,
    skills,
    value,
    word_of_mouth,
)
from .spec import Practice

ALL: tuple[Practice, ...] = (
    nature.three_questions,
    nature.best_standard,
    nature.kappa,
    expectations.update,
    expectations.zone,
    satisfaction.nps,
    satisfaction.acsi,
    satisfaction.asymmetric,
    satisfaction.kano,
    quality.alpha,
    quality.difference,
    quality.remaining,
    skills.self_test,
    skills.learning_curve,
    skills.reliability,
    complaints.silent,
    recovery.recovered,
    recovery.threshold,
    word_of_mouth.break_even,
    word_of_mouth.waves,
    word_of_mouth.chain,
    lifetime_value.retention,
    lifetime_value.clv,
    lifetime_value.five_percent,
    loyalty.rfm,
    segmentation.nearest,
    segmentation.programme,
    segmentation.best_fifth,
    capacity.window,
    capacity.erlang,
    capacity.efficiencies,
    value.share,
    value.price_cut,
    value.list_value,
    internal.skill,
    internal.limit,
    internal.did,
)
PRACTICES: dict[str, Practice] = {practice.name: practice for practice in ALL}


def find(name: str) -> Practice:
    """The practice called `name`; raises ValueError that lists the ones there are."""
    if name not in PRACTICES:
        raise ValueError(f"没有名为 {name!r} 的练一练，可用的有: {'、'.join(PRACTICES)} (no such practice)")
    return PRACTICES[name]
