"""Facts about segments: RFM, clusters, whale curve, portfolio, targeting."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.cluster import KMeans
from sklearn.datasets import load_iris
from sklearn.metrics import adjusted_rand_score, rand_score, silhouette_score
from sklearn.metrics import silhouette_samples as sklearn_samples
from sklearn.preprocessing import StandardScaler

from service_marketing.models import segmentation as model
from service_marketing.simulations import cutting_the_cake

money = st.floats(-1e4, 1e4)
amounts = st.lists(st.floats(0, 1e4), min_size=1, max_size=40)
coordinates = st.integers(-50, 50)
planes = st.lists(st.tuples(coordinates, coordinates), min_size=6, max_size=30)


# RFM

ORDERS = {"customers": ["李", "王", "李", "张", "李"], "times": [1, 5, 7, 2, 9], "amounts": [10, 40, 20, 100, 30]}


def test_rfm_of_five_orders_by_hand():
    assert model.rfm(**ORDERS, now=10) == {
        "customer": ["李", "王", "张"],
        "recency": [1, 5, 8],
        "frequency": [3, 1, 1],
        "monetary": [60, 40, 100],
    }


def test_rfm_counts_from_the_last_order_and_can_take_the_mean():
    table = model.rfm(**ORDERS, monetary="mean")
    assert table["recency"] == [0, 4, 7]
    assert table["monetary"] == [20, 40, 100]


def test_rfm_is_what_pandas_groups():
    rng = np.random.default_rng(1)
    orders = pd.DataFrame({"who": rng.integers(0, 30, 200), "day": rng.integers(0, 365, 200), "spent": rng.random(200)})
    table = model.rfm(orders.who, orders.day, orders.spent, now=400)
    grouped = orders.groupby("who").agg(last=("day", "max"), n=("day", "size"), total=("spent", "sum")).loc[table["customer"]]
    assert table["recency"] == list(400 - grouped["last"])
    assert table["frequency"] == list(grouped["n"])
    assert table["monetary"] == pytest.approx(list(grouped["total"]))


def test_rfm_refuses_a_now_before_the_last_order_and_columns_of_different_length():
    with pytest.raises(ValueError, match="now"):
        model.rfm(["a"], [5], [1], now=4)
    with pytest.raises(ValueError, match="amounts 有 1 个"):
        model.rfm(["a", "b"], [1, 2], [1])


def test_quintiles_of_ten_are_pairs():
    assert model.quintile_scores([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_the_most_recent_gets_the_highest_score():
    assert model.quintile_scores([30, 1, 7, 100, 365], high_is_good=False) == [3, 5, 4, 2, 1]


@pytest.mark.parametrize(
    ("ties", "scores"),
    [
        ("average", [2, 2, 2, 4, 5]),  # ranks 2, 2, 2, 4, 5
        ("min", [1, 1, 1, 4, 5]),
        ("max", [3, 3, 3, 4, 5]),
        ("first", [1, 2, 3, 4, 5]),
        ("quantile", [1, 1, 1, 4, 5]),
    ],
)
def test_what_equal_values_get_is_the_stated_convention(ties, scores):
    assert model.quintile_scores([1, 1, 1, 2, 3], ties=ties) == scores


@given(st.lists(st.integers(0, 1000), min_size=5, max_size=60, unique=True))
def test_without_ties_the_rank_conventions_agree(values):
    by_ties = [model.quintile_scores(values, ties=ties) for ties in ("average", "first", "min", "max")]
    assert all(scores == by_ties[0] for scores in by_ties)


@given(st.lists(st.integers(-20, 20), min_size=5, max_size=60))
def test_quantile_scores_are_those_of_pandas(values):
    cuts = np.quantile(values, [0.2, 0.4, 0.6, 0.8])
    # a value on a cut up to rounding may fall on either side of it
    assume(all(min(abs(cuts - v)) > 1e-9 or v in cuts for v in values))
    edges = np.unique(np.quantile(values, [0, 0.2, 0.4, 0.6, 0.8, 1]))
    if len(edges) == 6:
        assert model.quintile_scores(values, ties="quantile") == list(pd.qcut(values, 5, labels=False) + 1)


@given(amounts, st.sampled_from(["average", "min", "max", "quantile"]))
def test_scores_keep_the_order_and_equal_values_are_scored_alike(values, ties):
    scores = model.quintile_scores(values, ties=ties)
    assert all(1 <= s <= 5 for s in scores)
    for v, s in zip(values, scores, strict=True):
        for w, t in zip(values, scores, strict=True):
            assert (v < w and s <= t) or (v == w and s == t) or v > w


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12).map(lambda x: x * 5))
def test_first_makes_groups_of_equal_size(values):
    scores = model.quintile_scores(values, ties="first")
    assert [scores.count(s) for s in range(1, 6)] == [len(values) // 5] * 5


def test_rfm_cells():
    scores = model.rfm_scores([1, 2, 3, 4, 5], [5, 4, 3, 2, 1], [10, 50, 30, 20, 40])
    assert scores["cell"] == ["551", "445", "333", "222", "114"]


def test_nested_scores_look_inside_the_recency_group():
    recency = [1, 1, 1, 1, 9, 9, 9, 9]
    frequency = [1, 2, 3, 4, 10, 20, 30, 40]
    nested = model.rfm_scores(recency, frequency, frequency, groups=2, nested=True)
    assert nested["r"] == [2, 2, 2, 2, 1, 1, 1, 1]
    assert nested["f"] == [1, 1, 2, 2, 1, 1, 2, 2]
    assert nested["m"] == [1, 2, 1, 2, 1, 2, 1, 2]
    assert model.rfm_scores(recency, frequency, frequency, groups=2)["f"] == [1, 1, 1, 1, 2, 2, 2, 2]


# k-means


def blobs(n=120, seed=3, dimensions=2):
    rng = np.random.default_rng(seed)
    centres = rng.uniform(-8, 8, (4, dimensions))
    return (centres[rng.integers(0, 4, n)] + rng.normal(size=(n, dimensions))).tolist()


def test_two_obvious_clusters():
    found = model.kmeans([[0, 0], [0, 2], [10, 0], [10, 2]], 2)
    assert found["inertia"] == 4
    assert model.adjusted_rand_index(found["labels"], [0, 0, 1, 1]) == 1
    assert sorted(found["centres"]) == [[0, 1], [10, 1]]
    assert found["sizes"] == [2, 2]


@pytest.mark.parametrize("dimensions", [1, 2, 3, 5])
@pytest.mark.parametrize("k", [1, 2, 4, 7])
def test_inertia_is_scikit_learns(dimensions, k):
    points = blobs(dimensions=dimensions)
    ours = model.kmeans(points, k, starts=20)
    theirs = KMeans(k, n_init=50, random_state=0).fit(points)
    # both search by luck, and either may be the luckier
    assert ours["inertia"] == pytest.approx(theirs.inertia_, rel=0.02)
    assert model.inertia(points, ours["labels"]) == pytest.approx(ours["inertia"])


def test_fishers_irises():
    """The figures that are widely printed for k-means with three clusters on the 150 irises of Fisher (1936)."""
    irises = load_iris()
    points = irises.data.tolist()
    found = model.kmeans(points, 3, starts=10)
    assert found["inertia"] == pytest.approx(78.8514, abs=1e-3)
    assert sorted(found["sizes"]) == [38, 50, 62]
    assert model.silhouette(points, found["labels"]) == pytest.approx(0.5528, abs=5e-5)
    assert model.adjusted_rand_index(irises.target.tolist(), found["labels"]) == pytest.approx(0.7302, abs=5e-5)


def test_from_the_same_centres_the_same_clusters_as_scikit_learn():
    points = blobs(dimensions=3)
    start = points[:5]
    ours = model.kmeans(points, 5, centres=start)
    theirs = KMeans(5, init=np.array(start), n_init=1, algorithm="lloyd", tol=0).fit(points)
    assert ours["labels"] == theirs.labels_.tolist()
    assert ours["inertia"] == pytest.approx(theirs.inertia_, rel=1e-9)
    assert np.allclose(ours["centres"], theirs.cluster_centers_)


def test_far_from_zero_nothing_is_lost():
    points = [[x + 1e8, y - 1e8] for x, y in blobs()]
    assert model.kmeans(points, 4, starts=10)["inertia"] == pytest.approx(model.kmeans(blobs(), 4, starts=10)["inertia"], rel=1e-5)


@given(planes, st.integers(1, 6), st.integers(0, 1000), st.sampled_from(["k-means++", "farthest"]))
def test_kmeans_ends_at_a_fixed_point_and_leaves_no_cluster_empty(points, k, seed, seeding):
    found = model.kmeans(points, k, seed=seed, seeding=seeding)
    assert sorted(set(found["labels"])) == list(range(k))
    assert [found["labels"].count(g) for g in range(k)] == found["sizes"]
    for g, centre in enumerate(found["centres"]):
        own = [p for p, label in zip(points, found["labels"], strict=True) if label == g]
        assert centre == pytest.approx([sum(p[d] for p in own) / len(own) for d in range(2)])


@given(planes)
def test_as_many_clusters_as_points_leave_nothing(points):
    assert model.kmeans(points, len(points))["inertia"] == pytest.approx(0)


def test_kmeans_is_the_same_for_the_same_seed_and_more_starts_never_hurt():
    points = blobs()
    assert model.kmeans(points, 5, seed=4) == model.kmeans(points, 5, seed=4)
    assert model.kmeans(points, 5, seed=4, starts=10)["inertia"] <= model.kmeans(points, 5, seed=4)["inertia"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"k": 0}, "k 应是从 1 到 3"),
        ({"k": 4}, "k 应是从 1 到 3"),
        ({"k": 2, "seeding": "random"}, "seeding"),
        ({"k": 2, "centres": [[0, 0]]}, "centres 应有 2 行"),
    ],
)
def test_kmeans_refuses(arguments, says):
    with pytest.raises(ValueError, match=says):
        model.kmeans([[0, 0], [1, 1], [5, 5]], **arguments)


def test_rows_of_different_length_are_refused():
    with pytest.raises(ValueError, match=r"points\[1\] 有 1 个"):
        model.kmeans([[0, 0], [1]], 1)


@given(planes)
def test_standardised_is_scikit_learns(points):
    points = [[float(x), float(y)] for x, y in points]
    assert np.allclose(model.standardised(points), StandardScaler().fit_transform(points))


# How good a clustering is


@given(planes, st.lists(st.integers(0, 4), min_size=30, max_size=30))
def test_silhouette_is_scikit_learns(points, labels):
    points, labels = [list(p) for p in points], labels[: len(points)]
    assume(2 <= len(set(labels)) < len(points))
    assume(len({tuple(p) for p in points}) == len(points))
    assert model.silhouette_samples(points, labels) == pytest.approx(sklearn_samples(points, labels).tolist(), abs=1e-9)
    assert model.silhouette(points, labels) == pytest.approx(silhouette_score(points, labels), abs=1e-9)


def test_silhouette_of_one_cluster_is_refused():
    with pytest.raises(ValueError, match="两类"):
        model.silhouette([[0], [1]], [1, 1])


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=50))
def test_rand_indices_are_scikit_learns(pairs):
    a, b = [x for x, _ in pairs], [y for _, y in pairs]
    assert model.adjusted_rand_index(a, b) == pytest.approx(adjusted_rand_score(a, b))
    assert model.rand_index(a, b) == pytest.approx(rand_score(a, b))


def test_names_of_the_groups_do_not_matter():
    assert model.adjusted_rand_index(["甲", "甲", "乙"], [7, 7, 1]) == 1


def test_clear_clusters_are_stable_and_a_cloud_is_not():
    clear = [[x * 20 + (i % 5) / 5, (i % 7) / 7] for i in range(45) for x in (i % 3,)]
    cloud = np.random.default_rng(1).uniform(size=(45, 2)).tolist()
    assert model.stability(clear, 3) > 0.99
    assert model.stability(cloud, 6) < 0.8


# Whale curve and Gini


def test_whale_curve_by_hand():
    assert model.whale_curve([50, -20, 70]) == [[0, 0], [pytest.approx(1 / 3), 0.7], [pytest.approx(2 / 3), 1.2], [1, pytest.approx(1)]]
    assert model.whale_peak([50, -20, 70]) == {"customers": pytest.approx(2 / 3), "profit": 1.2}


@given(st.lists(money, min_size=1, max_size=40))
def test_whale_curve_rises_while_customers_earn_and_ends_at_one(profits):
    assume(sum(profits) > 1)
    curve = model.whale_curve(profits)
    assert curve[-1][0] == 1
    assert curve[-1][1] == pytest.approx(1)
    slopes = [after[1] - before[1] for before, after in pairwise(curve)]
    assert all(s >= t - 1e-9 for s, t in pairwise(slopes))
    assert model.whale_peak(profits)["profit"] >= 1 - 1e-9


def test_without_any_profit_there_is_no_whale():
    with pytest.raises(ValueError, match="profits 的合计应大于 0"):
        model.whale_curve([5, -5])


def test_eighty_twenty():
    assert model.top_share([80, 5, 5, 5, 5], 0.2) == pytest.approx(0.8)
    assert model.top_share([80, 5, 5, 5, 5], 0.3) == pytest.approx(0.825)  # half of the next customer


@pytest.mark.parametrize(
    ("values", "gini"),
    [
        ([7, 7, 7], 0),
        ([1, 2, 3, 4], 0.25),
        ([0, 0, 0, 1], 0.75),  # (n − 1)/n
        ([1], 0),
        ([-1, 3], 1.0),  # 4 / (2·2)
        ([-3, 4], 3.5),  # with losses it can exceed 1
    ],
)
def test_gini_by_hand(values, gini):
    assert model.gini(values) == pytest.approx(gini)


def test_sample_gini():
    assert model.gini([0, 0, 0, 1], sample=True) == pytest.approx(1)


@given(amounts)
def test_gini_is_half_the_relative_mean_difference(values):
    assume(sum(values) > 1)
    n = len(values)
    mean_difference = sum(abs(x - y) for x in values for y in values) / n**2
    assert model.gini(values) == pytest.approx(mean_difference / 2 / (sum(values) / n), abs=1e-9)


# Portfolio and targeting


def test_the_four_quarters():
    assert model.customer_portfolio([0.9, 0.9, 0.1, 0.1], [0.9, 0.1, 0.9, 0.1]) == ["明星", "问题", "现金牛", "瘦狗"]
    assert model.customer_portfolio([9, 3], [0.4, 0.1], 5, 0.3, "en") == ["star", "dog"]


def test_the_threshold_itself_is_high():
    assert model.portfolio(0.5, 0.5) == "明星"


def test_share_of_wallet():
    assert model.share_of_wallet(30, 120) == 0.25
    with pytest.raises(ValueError, match="total"):
        model.share_of_wallet(0, 0)


def test_targeting_profit_by_hand():
    # 1000·(0.10·200 − 5) + 500·(0.02·200 − 5) − 2·3000
    assert model.targeting_profit([1000, 500], [0.10, 0.02], 200, 5, 3000) == pytest.approx(15000 - 500 - 6000)
    assert model.targeting_profit([1000, 500], [0.10, 0.02], 200, 5, 3000, targeted=[0]) == pytest.approx(12000)
    assert model.targeting_profit([1000, 500], [0.10, 0.02], 200, 5, 3000, targeted=[]) == 0
    assert model.worth_targeting([1000, 500], [0.10, 0.02], 200, 5, 3000) == [0]


def test_margins_and_costs_may_differ_by_segment():
    assert model.targeting_profit([10, 10], [0.5, 0.5], [10, 20], [1, 2]) == pytest.approx(40 + 80)


def test_a_segment_cannot_be_targeted_twice():
    with pytest.raises(ValueError, match="两次"):
        model.targeting_profit([1, 1], [0.1, 0.1], 1, 0, targeted=[0, 0])


@given(
    st.lists(st.tuples(st.floats(0, 1e5), st.floats(0, 1)), min_size=1, max_size=8), st.floats(0, 500), st.floats(0, 50), st.floats(0, 1e5)
)
def test_no_choice_of_segments_beats_those_worth_targeting(segments, margin, contact, programme):
    sizes, responses = [n for n, _ in segments], [p for _, p in segments]
    best = model.targeting_profit(
        sizes, responses, margin, contact, programme, model.worth_targeting(sizes, responses, margin, contact, programme)
    )
    assert best >= max(0, model.targeting_profit(sizes, responses, margin, contact, programme)) - 1e-6


def test_break_even_response():
    assert model.break_even_response(200, 5) == 0.025
    assert model.segment_profit(1000, 0.025, 200, 5) == pytest.approx(0)


def test_misclassification_costs_what_the_wrong_programme_brings_less():
    # 10 of the first kind are sent the second programme and bring 2 instead of 8, 5 of the second the first: 1 for 6
    assert model.misclassification_cost([[90, 10], [5, 45]], [[8, 2], [1, 6]]) == 10 * 6 + 5 * 5
    assert model.misclassification_cost([[90, 0], [0, 45]], [[8, 2], [1, 6]]) == 0


def test_best_number_takes_the_smallest_of_equals():
    assert model.best_number([1, 5, 5, 2]) == 2


# The simulation


def run(mode, **params):
    return cutting_the_cake.compute(mode, params)


def settings_of(task):
    return dict(cutting_the_cake.tasks[task].set)


def test_the_intros_numbers_are_the_models():
    assert len(model.cut()["points"]) == 80
    assert len(model.SEGMENTS) == 4
    assert sum(share for share, _, _ in model.SEGMENTS) == pytest.approx(1)
    assert model.how_many() == model.how_many(members=20000)


def test_task_fit_always_rises_but_agreement_peaks_at_four():
    results = {k: run("clusters", **{**settings_of(0), "k": k}) for k in range(1, 7)}
    assert all(results[k + 1]["fit"] > results[k]["fit"] for k in range(1, 6))
    assert max(results, key=lambda k: results[k]["agreement"]) == 4


def test_task_the_wrong_variable_still_fits():
    right, wrong = (run("clusters", **{**settings_of(1), "relevance": r}) for r in (1, 0.2))
    assert 0.65 < wrong["fit"] < 0.7  # "almost 70%"
    assert wrong["left"] > 0.9
    assert right["left"] < 0.2


def test_task_best_number_for_profit_is_below_the_best_for_fit():
    four, three, free = (run("profit", **{**settings_of(2), "programme_cost": cost}) for cost in (50000, 80000, 0))
    assert [four["best_k"], three["best_k"], free["best_k"]] == [4, 3, 8]
    for result in (four, three, free):
        assert max(result["fit"], key=lambda pair: pair[1])[0] == 8


def test_segmenting_on_the_wrong_variable_is_worse_than_not_segmenting():
    result = run("profit", relevance=0.2)
    assert result["best_k"] == 1
    assert result["most_profit"] < result["one_profit"]


@given(st.floats(0, 1), st.floats(0.4, 2.4), st.integers(1, 8))
def test_a_cut_is_consistent(relevance, overlap, k):
    result = model.cut(k, relevance, overlap)
    assert 0 <= result["fit"] <= 1
    assert 0 <= result["left"] <= 1 + 1e-9
    sizes = [sum(1 for p in result["points"] if p[2] == g) for g in range(k)]
    assert sizes == sorted(sizes, reverse=True)
    assert min(sizes) == result["smallest"] >= 1
    assert all(0 <= x <= 10 and 0 <= y <= 10 for x, y, _ in result["points"])


@given(st.floats(0, 200000), st.floats(0, 1), st.floats(0.4, 2.4))
def test_dearer_programmes_never_ask_for_more_segments(cost, relevance, overlap):
    dear, cheap = model.how_many(cost, relevance=relevance, overlap=overlap), model.how_many(cost / 2, relevance=relevance, overlap=overlap)
    assert dear["best_k"] <= cheap["best_k"]
    assert dear["best_profit"] <= cheap["best_profit"]
    fits = [y for _, y in dear["fit"]]
    assert all(after >= before - 1e-9 for before, after in pairwise(fits))


def test_the_observed_variables_correlate_with_the_needs_as_stated():
    people = model.market(relevance=0.6, n=1000, seed=2)
    for d in (0, 1):
        r = np.corrcoef([p[d] for p in people["needs"]], [p[d] for p in people["observed"]])[0, 1]
        assert r == pytest.approx(0.6, abs=0.06)
