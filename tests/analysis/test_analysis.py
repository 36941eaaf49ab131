"""Every estimator against an answer known beforehand."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample
from SALib.test_functions import Ishigami
from scipy.stats import ttest_rel

from sim.analysis import attribution, discovery, pairs, sensitivity, survival

# --- pairs ---------------------------------------------------------------------------------------------


def test_mean_of_pairs_is_the_paired_t_test():
    # Student's own data (1908): hours of sleep gained under two drugs by ten patients
    one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = pairs.paired_mean(one, two)
    assert found["difference"] == pytest.approx(1.58)
    assert (found["low"], found["high"]) == pytest.approx((0.7001142, 2.4598858), abs=1e-6)
    assert found["p"] == pytest.approx(ttest_rel(one, two).pvalue, rel=1e-9)


def test_share_of_pairs_has_the_published_interval():
    # Bentur et al. (2009) as analysed by Fagerland, Lydersen and Laake (2014): 1, 1, 7, 12 of 21 children
    before = np.repeat([1, 1, 0, 0], [1, 1, 7, 12])
    after = np.repeat([1, 0, 1, 0], [1, 1, 7, 12])
    found = pairs.paired_share(before, after)
    assert found["difference"] == pytest.approx(6 / 21)
    assert (found["low"], found["high"]) == pytest.approx((0.0134, 0.508), abs=5e-4)
    assert found["p"] == pytest.approx(2 * (1 + 8) / 2**8)  # eight that changed, one of them against
    assert found["effect"] == pytest.approx(
        2 * math.asin(math.sqrt(8 / 21)) - 2 * math.asin(math.sqrt(2 / 21))
    )


def test_interval_of_a_share_covers_as_often_as_it_says():
    rng = np.random.default_rng(1)
    hits, trials = 0, 1000
    for _ in range(trials):
        common = rng.random(60)
        found = pairs.paired_share(common < 0.3, (common < 0.2) | (rng.random(60) < 0.25))
        hits += found["low"] <= 0.1 <= found["high"]  # 0.2 + 0.8 x 0.25 - 0.3
    assert hits / trials > 0.95 - 4 * math.sqrt(0.95 * 0.05 / trials)


def test_pairing_gains_what_common_random_numbers_are_worth():
    rng = np.random.default_rng(2)
    shared, own = rng.normal(size=20000), rng.normal(size=(2, 20000))
    a, b = shared + own[0], shared + own[1]  # correlation one half: twice as good
    assert pairs.variance_ratio(a, b) == pytest.approx(2, rel=0.05)
    assert pairs.variance_ratio(own[0], own[1]) == pytest.approx(1, rel=0.05)
    assert math.isnan(pairs.variance_ratio([1, 1], [1, 1]))
    assert pairs.variance_ratio([1, 2], [2, 3]) == math.inf


def test_nothing_differs_where_nothing_was_done():
    for estimate in (pairs.paired_mean, pairs.paired_share):
        found = estimate([0, 1, 1], [0, 1, 1])
        assert (found["difference"], found["effect"], found["p"]) == (0, 0, 1)


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        # Benjamini and Hochberg (1995), their fifteen p values: 3 and 4 of them pass at 0.05
        ("holm", 3),
        ("benjamini-hochberg", 4),
        ("none", 9),
    ],
)
def test_a_family_is_controlled_for_its_number(control, expected):
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
    p += [0.6528, 0.7590, 1.0]
    assert (pairs.adjusted(p, control) <= 0.05).sum() == expected
    assert np.isnan(pairs.adjusted([math.nan, 0.02], control)[0])


def test_pairs_that_are_none_are_refused():
    with pytest.raises(ValueError, match=r"equal length, 2 or more, not \(2,\) and \(3,\)"):
        pairs.paired_mean([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="missing value"):
        pairs.paired_mean([1, math.nan], [1, 2])
    with pytest.raises(ValueError, match=r"control = 'bonferoni': expected one of holm"):
        pairs.adjusted([0.1], "bonferoni")


def test_a_conditional_difference_is_that_of_the_parts_and_its_interval_holds_the_truth():
    rng, inside = np.random.default_rng(5), 0
    for _ in range(200):
        of_a, of_b = rng.random((2, 100)) < [[0.7], [0.5]]
        a, b = (rng.random((2, 100)) < [[0.6], [0.3]]) & [of_a, of_b]
        found = pairs.paired_conditional(a, of_a, b, of_b, share=True)
        assert found["difference"] == pytest.approx(b.sum() / of_b.sum() - a.sum() / of_a.sum())
        inside += found["low"] <= -0.3 <= found["high"]
    assert 0.88 <= inside / 200 <= 0.99


def test_twins_that_do_not_differ_have_no_conditional_difference():
    value = [1, 0, 0, 1, 1, 0]
    found = pairs.paired_conditional(value, [1, 1, 0, 1, 1, 1], value, [1, 1, 0, 1, 1, 1], share=True)
    assert (found["difference"], found["low"], found["high"], found["p"]) == (0, 0, 0, 1)


# --- survival ------------------------------------------------------------------------------------------

# remission of acute leukaemia under 6-mercaptopurine, weeks (Freireich et al. 1963): 1 relapse, 0 still in it
WEEKS = np.array([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35])
RELAPSE = np.array([1] * 9 + [0] * 12)


def test_incidence_of_one_end_is_kaplan_and_meiers():
    table = survival.cumulative_incidence(WEEKS, RELAPSE, 35)
    kept = 1 - table[table["event"] == "back"].set_index("day")["share"]
    known = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448, 35: 0.448}
    assert kept.loc[list(known)].to_list() == pytest.approx(list(known.values()), abs=5e-4)
    assert survival.restricted_mean(WEEKS, RELAPSE, 35) == pytest.approx(23.287, abs=5e-4)


def test_incidence_of_competing_ends_by_hand():
    # eight runs, one lost from sight at 3: after it each of the four left weighs 5/8 / 4
    day, event = [1, 2, 2, 3, 4, 5, 6, 7], [1, 2, 1, 0, 1, 2, 1, 0]
    table = survival.cumulative_incidence(day, event, 7).set_index(["event", "day"])["share"]
    left = Fraction(5, 8) / 4
    for day, ours, other in ((2, "2/8", "1/8"), (4, Fraction(2, 8) + left, "1/8")):
        assert table["back", day] == pytest.approx(float(Fraction(ours)))
        assert table["beaten", day] == pytest.approx(float(Fraction(other)))
    assert table["back", 7] == pytest.approx(float(Fraction(2, 8) + 2 * left))
    assert table["beaten", 7] == pytest.approx(float(Fraction(1, 8) + left))


def test_without_losses_incidence_is_the_share_and_its_interval_wilsons():
    from sim.core.outcomes import interval

    day, event = survival.first_events([3, 9, np.nan, 5], [np.nan, 2, np.nan, np.nan], 8)
    assert day.tolist() == [3, 2, 8, 5]
    assert event.tolist() == [1, 2, 0, 1]
    row = survival.cumulative_incidence(day, event, 8).query("event == 'back' and day == 5").iloc[0]
    assert row["share"] == 0.5
    assert (row["low"], row["high"]) == pytest.approx(interval(2, 4))


def test_mean_wait_is_the_horizon_less_the_area_under_the_incidence():
    rng = np.random.default_rng(3)
    regroup = np.where(rng.random(200) < 0.6, rng.integers(5, 90, 200), np.nan)
    collapse = np.where(rng.random(200) < 0.3, rng.integers(5, 90, 200), np.nan)
    day, event = survival.first_events(regroup, collapse, 60)
    table = survival.cumulative_incidence(day, event, 60)
    area = table[table["event"] == "back"]["share"].iloc[:-1].sum()
    assert survival.waiting(day, event, 60).mean() == pytest.approx(60 - area)
    assert survival.restricted_mean(day, event, 60) == pytest.approx(60 - area)


def test_nobody_regroups():
    day, event = survival.first_events([np.nan] * 3, [np.nan] * 3, 10)
    table = survival.cumulative_incidence(day, event, 10)
    assert (table["share"] == 0).all()
    assert (table["high"] > 0.3).all()
    assert survival.restricted_mean(day, event, 10) == 10


# --- attribution ---------------------------------------------------------------------------------------

GLOVES = ["left", "right_1", "right_2"]  # one left glove, two right ones: a pair is worth 1


def test_shapley_of_the_glove_game():
    worth = [int("left" in part and len(part) > 1) for part in attribution.subsets(GLOVES)]
    found = attribution.shapley(worth, GLOVES)
    assert found["share"].to_list() == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    assert found["alone"].to_list() == [0, 0, 0]
    assert found["last"].to_list() == [1, 0, 0]


def test_shapley_sums_exactly_to_all_less_none():
    players = list("abcdefgh")
    worth = np.random.default_rng(4).random((256, 37)) < 0.4
    exact = attribution.weights(players) @ worth.astype(int)
    assert int(exact.sum()) == math.factorial(8) * (int(worth[-1].sum()) - int(worth[0].sum()))
    found = attribution.shapley(worth, players)
    assert found["share"].sum() == pytest.approx(found.attrs["all"] - found.attrs["none"], abs=1e-12)


def test_shapley_intervals_cover_and_shrink_with_paired_runs():
    rng = np.random.default_rng(5)
    common = rng.normal(0, 3, 400)  # shared by all subsets, so of no consequence
    worth = [1.0 * ("a" in part) + 0.5 * ("b" in part) + common for part in attribution.subsets("ab")]
    found = attribution.shapley(worth, ["a", "b"]).set_index("mechanism")
    assert found["share"].to_list() == pytest.approx([1.0, 0.5])
    assert (found["high"] - found["low"] < 1e-9).all()
    alone = [values + rng.normal(0, 3, 400) for values in worth]
    found = attribution.shapley(alone, ["a", "b"]).set_index("mechanism")
    assert found.loc["a", "low"] < 1.0 < found.loc["a", "high"]
    assert found.loc["a", "high"] - found.loc["a", "low"] > 0.3


def test_a_game_with_missing_subsets_is_refused():
    with pytest.raises(ValueError, match="3 mechanisms have 8 subsets, and 7 were given"):
        attribution.shapley([0] * 7, GLOVES)


# --- sensitivity ---------------------------------------------------------------------------------------

ISHIGAMI = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-math.pi, math.pi]] * 3}


def test_sobol_indices_of_ishigamis_function():
    outcome = Ishigami.evaluate(sobol_sample.sample(ISHIGAMI, 1024, calc_second_order=False, seed=7))
    found = sensitivity.sobol(ISHIGAMI, outcome).set_index("parameter")
    assert found["first"][["x1", "x2", "x3"]].to_list() == pytest.approx([0.3139, 0.4424, 0.0], abs=0.03)
    assert found["effect"][["x1", "x2", "x3"]].to_list() == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.03)
    assert found.index[0] == "x1"
    assert (found["low"] < found["effect"]).all()


@pytest.mark.parametrize("seed", [0, 1])
def test_sobol_intervals_follow_the_seed(seed):
    outcome = Ishigami.evaluate(sobol_sample.sample(ISHIGAMI, 64, calc_second_order=False, seed=7))
    one, again = (sensitivity.sobol(ISHIGAMI, outcome, seed=seed) for _ in range(2))
    pd.testing.assert_frame_equal(one, again)
    assert not one.equals(sensitivity.sobol(ISHIGAMI, outcome, seed=seed + 2))


def test_morris_of_a_plane_is_its_slopes_times_the_ranges():
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 10], [-1, 1], [0, 1]]}
    design = morris_sample.sample(problem, 20, seed=3)
    found = sensitivity.morris(problem, design, design @ [2.0, -3.0, 0.0], seed=0).set_index("parameter")
    assert found["effect"][["a", "b", "c"]].to_list() == pytest.approx([20, 6, 0])
    assert found["mean"][["a", "b", "c"]].to_list() == pytest.approx([20, -6, 0])
    assert found["spread"].to_list() == pytest.approx([0, 0, 0], abs=1e-9)
    assert list(found.index) == ["a", "b", "c"]


def test_an_outcome_that_does_not_vary_or_is_missing():
    assert sensitivity.sobol(ISHIGAMI, np.ones(5 * 8))["effect"].isna().all()
    for gap in (math.nan, math.inf):
        with pytest.raises(ValueError, match="1 of 5 points have no outcome"):
            sensitivity.sobol(ISHIGAMI, [1, 2, gap, 4, 5])


@pytest.mark.parametrize("level", [192.53, 1e-6, -4e9])
def test_an_outcome_that_varies_by_rounding_has_no_indices(level):
    noise = np.random.default_rng(0).choice([0, 1, 2], 64 * 5) * np.spacing(level)
    assert sensitivity.sobol(ISHIGAMI, level + noise)["effect"].isna().all()


# --- discovery -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def planted():
    """Two thousand points in four dimensions, of interest where a < 0.4 and b > 0.6."""
    points = pd.DataFrame(np.random.default_rng(6).random((2000, 4)), columns=list("abcd"))
    points["e"] = (points["d"] > 0.5).astype(int)  # a whole number, which PRIM is to be spared
    return points, ((points["a"] < 0.4) & (points["b"] > 0.6)).to_numpy()


@pytest.mark.parametrize("find", [discovery.prim, discovery.cart])
def test_the_planted_box_is_found(planted, find):
    box = find(*planted).set_index("parameter")
    assert set(box.index) == {"a", "b"}
    assert box.loc["a", "high"] == pytest.approx(0.4, abs=0.03)
    assert box.loc["b", "low"] == pytest.approx(0.6, abs=0.03)
    assert (box["density"] > 0.95).all()
    assert (box["coverage"] > 0.85).all()
    assert (box["quasi_p"] < 1e-20).all()


@pytest.mark.parametrize("find", [discovery.prim, discovery.cart])
def test_noise_does_not_hide_the_box_and_makes_none(planted, find):
    points, cases = planted
    rng = np.random.default_rng(7)
    box = find(points, rng.random(2000) < np.where(cases, 0.8, 0.1))
    assert {"a", "b"} <= set(box["parameter"])
    assert (box["quasi_p"] <= 0.05).all() or find is discovery.cart
    assert find(points, np.zeros(2000, bool)).empty


@pytest.mark.parametrize("find", [discovery.prim, discovery.cart])
def test_cases_are_matched_to_points_by_their_index(planted, find):
    points, cases = planted
    mixed = pd.Series(cases).sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(find(points, mixed), find(points, cases))
    with pytest.raises(ValueError, match="cases have another index than the points"):
        find(points, mixed.add_suffix("x"))


@pytest.mark.parametrize("find", [discovery.prim, discovery.cart])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p, c: (p.assign(scenario="truce"), c), "column scenario: 2000 of 2000 points .* as 'truce'"),
        (lambda p, c: (p.assign(a=p["a"].where(p["a"] < 0.9)), c), "column a: .* have no number there"),
        (lambda p, c: (p.assign(b=np.inf), c), "column b: 2000 of 2000 points have no number"),
        (lambda p, c: (p, c[:-1]), "expected True or False for each of 2000 points"),
        (lambda p, c: (p, np.where(c, 1.0, np.nan)), "expected True or False for each"),
    ],
    ids=["words", "gaps", "infinite", "too few", "unknown"],
)
def test_points_or_cases_with_gaps_are_refused_by_name(planted, find, change, said):
    with pytest.raises(ValueError, match=said):
        find(*change(*planted))


def test_quasi_p_is_the_librarys(planted):
    from ema_workbench.analysis.prim_util import calculate_qp

    points, cases = planted
    box = pd.DataFrame({"a": [0.0, 0.42], "b": [0.55, 1.0]})
    whole = pd.DataFrame({"a": [0.0, 1.0], "b": [0.0, 1.0]})
    bounds = {name: tuple(box[name]) for name in box}
    inside = discovery.within(bounds, points)
    theirs = calculate_qp(box["a"], points[["a", "b"]], cases, cases[inside].sum(), inside.sum(), box, whole)
    assert discovery.quasi_p(bounds, "a", points, cases) == pytest.approx(theirs[1], rel=1e-6)
