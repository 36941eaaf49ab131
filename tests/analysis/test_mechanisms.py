"""Mechanisms are switches: they exist, share nothing, and move an outcome."""

import pandas as pd
import pytest

import sim
from sim.analysis.attribution import shapley, subsets
from sim.analysis.mechanisms import MECHANISMS, all_subsets, without
from sim.params import Params, as_dict, with_values

ASKED = {"runs": 6, "days": 120, "seed": 5, "progress": False}


def test_every_switch_is_within_bounds_and_its_own():
    names = [key for mechanism in MECHANISMS.values() for key in mechanism.off]
    assert len(names) == len(set(names))
    with_values(Params(), without(*MECHANISMS))
    for name in MECHANISMS:
        shipped = as_dict(Params())
        assert any(shipped[key] != value for key, value in without(name).items()), name


@pytest.fixture(scope="module")
def as_it_is():
    return sim.run_ensemble(**ASKED).runs


@pytest.mark.parametrize("name", MECHANISMS)
def test_every_mechanism_moves_something(as_it_is, name):
    off = sim.run_ensemble(**ASKED, params=without(name)).runs
    assert not off.equals(as_it_is)


def test_all_on_is_the_scenario_and_all_off_is_without_all(as_it_is):
    names = ["retaliation", "ordered withdrawal"]
    design = all_subsets(names)
    swept = sim.run_design(design, runs_per_point=6, days=120, seed=5, progress=False)
    assert len(design) == len(subsets(names)) == 4
    pd.testing.assert_frame_equal(swept.at(3).runs, as_it_is)
    off = sim.run_ensemble(**ASKED, params=without(*names)).runs
    pd.testing.assert_frame_equal(swept.at(0).runs, off)
    worth = swept.runs.pivot(index="point", columns="run", values="end_towns").to_numpy()
    found = shapley(worth, names)
    change = as_it_is["end_towns"].mean() - off["end_towns"].mean()
    assert found["share"].sum() == pytest.approx(change)


def test_an_unknown_mechanism_is_refused():
    with pytest.raises(ValueError, match="there is no mechanism 'sponsor'; did you mean 'sponsors'"):
        without("sponsor")
