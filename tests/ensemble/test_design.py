"""Designs: samples are where they should be, and nonsense is refused in a sentence."""

import numpy as np
import pandas as pd
import pytest

from sim.ensemble.design import DesignError, make_design, values_of
from sim.params import declared, expand, problem

HALF_LIFE, SPEED = "grievance.half_life", "march.speed"


def test_bounds_default_to_the_declared_ones():
    design = make_design("latin_hypercube", {f"params.{HALF_LIFE}": None, SPEED: None}, points=400)
    declared = problem([HALF_LIFE, SPEED])
    for name, (low, high) in zip(declared["names"], declared["bounds"], strict=True):
        values = design.points[name]
        assert low <= values.min() < low + 0.01 * (high - low)
        assert high - 0.01 * (high - low) < values.max() <= high


def test_every_declared_parameter_can_be_a_factor():
    design = make_design("latin_hypercube", dict.fromkeys(declared()), points=16)
    for name, p in declared().items():
        values = design.points[name]
        assert values.between(p.low, p.high).all()
        assert {"switch": "b", "integer": "i", "real": "f"}[p.kind] == values.dtype.kind


@pytest.mark.parametrize("over", ["all", ["all"], {"all": None}])
def test_all_uncertain_parameters_are_one_word(over):
    design = make_design("latin_hypercube", over, points=4)
    assert list(design.points) == list(expand("all"))
    one_by_one = make_design("latin_hypercube", dict.fromkeys(expand("all")), points=4)
    pd.testing.assert_frame_equal(design.points, one_by_one.points)
    assert design.request == one_by_one.request  # by name: "all" may be others in a later version


def test_patterns_go_where_they_stand():
    over = {
        "grievance.*": None,
        "scenario": ["truce", "pursuit"],
        "-grievance.violence": None,
        SPEED: [30, 60],
    }
    names = [factor.name for factor in make_design("latin_hypercube", over, points=4).factors]
    assert names == [*expand(["grievance.*", "-grievance.violence"]), "scenario", SPEED]
    halves = make_design("grid", {"*.half_life": [20, 30]})
    assert len(halves) == 2 ** len(expand("*.half_life"))
    assert set(halves.points.stack()) == {20.0, 30.0}


def test_a_latin_hypercube_has_one_point_in_every_slice():
    design = make_design("latin_hypercube", {SPEED: None, HALF_LIFE: None}, points=50, seed=3)
    for k in range(2):
        assert sorted((design.unit[:, k] * 50).astype(int)) == list(range(50))


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol", "morris"])
def test_samples_are_the_same_for_a_seed_and_others_for_another(kind):
    over = {SPEED: None, HALF_LIFE: None}
    zero, again, one = (make_design(kind, over, points=8, seed=seed).points for seed in (0, 0, 1))
    pd.testing.assert_frame_equal(zero, again)
    assert not np.allclose(zero, one)


def test_a_grid_is_every_combination():
    over = {"scenario": ["truce", "january_2014"], "plans.pursuit": [0, 0.25, 1], SPEED: [30, 50]}
    design = make_design("grid", over, points=3)
    assert len(design) == 2 * 3 * 3 == len(design.points.drop_duplicates())
    assert design.points[SPEED].unique().tolist() == [30.0, 40.0, 50.0]
    assert make_design("grid", over).points[SPEED].unique().tolist() == [30.0, 50.0]


def test_a_list_goes_side_by_side():
    over = {"scenario": ["truce", "truce", "pursuit"], SPEED: [30, 40, 30]}
    assert make_design("list", over).points.values.tolist() == [["truce", 30], ["truce", 40], ["pursuit", 30]]


def test_sizes_are_those_of_the_methods():
    over = {SPEED: None, HALF_LIFE: None, "scenario": ["truce", "pursuit"]}
    assert len(make_design("sobol", over, points=8)) == 8 * (3 + 2)
    assert len(make_design("sobol", over, points=8, second_order=True)) == 8 * (2 * 3 + 2)
    assert len(make_design("morris", over, points=8)) == 8 * (3 + 1)


def test_one_factor_changes_in_every_step_of_a_trajectory():
    design = make_design("morris", {SPEED: None, HALF_LIFE: None}, points=5, levels=6)
    unit = design.unit.reshape(5, 3, 2)
    assert ((np.diff(unit, axis=1) != 0).sum(axis=2) == 1).all()
    assert np.allclose(design.unit * 5, np.rint(design.unit * 5))


def test_integers_are_spread_evenly():
    design = make_design("latin_hypercube", {"events.last_day": [1, 4]}, points=400)
    assert design.points["events.last_day"].value_counts().to_dict() == {1: 100, 2: 100, 3: 100, 4: 100}
    assert values_of(design, 0)[1]["events.last_day"] in (1, 2, 3, 4)


def test_categories_come_as_often():
    design = make_design("latin_hypercube", {"scenario": ["truce", "pursuit"], "march.on": None}, points=40)
    assert design.points["scenario"].value_counts().to_dict() == {"truce": 20, "pursuit": 20}
    assert values_of(design, 0)[1]["march.on"] in (True, False)


WRONG = [
    (("latin_hypercub", {SPEED: None}, 4), "latin_hypercub does not exist; did you mean 'latin_hypercube'?"),
    (("latin_hypercube", {SPEED: None}, None), "design.points is missing"),
    (("latin_hypercube", {SPEED: None}, 0), "design.points=0: expected a whole number from 1"),
    (("sobol", {SPEED: None}, 100), "design.points=100: expected a power of two for kind=sobol, such as 128"),
    (("grid", {}, None), "design.over is empty"),
    (("grid", {"march.sped": None}, None), "no parameter 'march.sped'; did you mean 'march.speed'?"),
    (("grid", {"scenari": None}, None), "there is no parameter 'scenari'; did you mean 'scenario'?"),
    (("grid", "grievence.*", None), "there is no parameter 'grievence.*'; did you mean 'grievance.*'?"),
    (("grid", {"-march.*": None, SPEED: None}, None), "-march.* takes nothing away"),
    (("grid", {"march.*": None, SPEED: [30, 60]}, 2), "march.speed is named twice: by march.*"),
    (("grid", {"plans.alarm": None, "plans.threat_weight": None}, 2), "plans.threat_weight is named twice"),
    (("grid", [SPEED, SPEED], 2), "march.speed is named twice"),
    (("grid", {SPEED: [60, 30]}, None), "design.over.march.speed = [60, 30]: the first is above the second"),
    (("morris", {SPEED: [1, 60]}, 4), "design.over.march.speed = [1, 60] km/day is outside [25, 90]"),
    (("grid", {"events.last_day": [0.5, 3]}, None), "[0.5, 3]: expected whole numbers"),
    (("grid", {"scenario": ["truc"]}, None), "no scenario is called 'truc'"),
    (("grid", {"scenario": "truce"}, None), "expected [low, high], a list of values or nothing"),
    (("grid", {"march.on": ["yes"]}, None), "'yes' is not a number"),
    (("grid", {SPEED: [30, 40, 30]}, None), "a value stands there twice"),
    (("list", {SPEED: [30, 40], HALF_LIFE: [20]}, None), "the lists are not of one length"),
    (("grid", {SPEED: [30, 40, 60]}, 2), "design.points=2: a grid of lists has their values; leave it out"),
    (("list", {SPEED: [30, 40]}, 2), "a list has as many points as its lists are long"),
    (("grid", {SPEED: None, f"params.{SPEED}": None}, None), "design.over: march.speed is named twice"),
    (("grid", {SPEED: None, HALF_LIFE: None}, 2000), "the grid has 4,000,000 points, above 1,000,000"),
]


@pytest.mark.parametrize(("asked", "said"), WRONG, ids=[said for _, said in WRONG])
def test_nonsense_is_refused_in_a_sentence(asked, said):
    kind, over, points = asked
    with pytest.raises(DesignError) as refused:
        make_design(kind, over, points)
    assert said in str(refused.value)
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"seed": 1.5}, {"levels": 3}, {"levels": 0}])
def test_other_numbers_are_checked(wrong):
    (name,) = wrong
    with pytest.raises(DesignError, match=f"design.{name}="):
        make_design("morris", {SPEED: None}, 4, **wrong)


USELESS = [
    ("grid", {"seed": 3}, "design.seed=3: a grid draws nothing; the random numbers of the runs follow seed="),
    ("list", {"seed": 3}, "design.seed=3: a list draws nothing"),
    ("latin_hypercube", {"levels": 6}, "design.levels=6: goes with kind=morris, and this is latin_hypercube"),
    ("morris", {"second_order": True}, "design.second_order=true: goes with kind=sobol, and this is morris"),
]


@pytest.mark.parametrize(("kind", "useless", "said"), USELESS, ids=[said for *_, said in USELESS])
def test_what_would_do_nothing_is_refused(kind, useless, said):
    points = None if kind in ("grid", "list") else 4
    with pytest.raises(DesignError) as refused:
        make_design(kind, {SPEED: [30, 60]}, points, **useless)
    assert said in str(refused.value)
    assert len(refused.value.problems) == 1
