"""Runs chosen by how they ended: an ensemble of these, and nothing else."""

import numpy as np
import pandas as pd
import pytest

import sim
from sim import plots
from sim.ensemble import save_results

DAYS = 70


@pytest.fixture(scope="module")
def many():
    return sim.run_ensemble(runs=9, seed=1, days=DAYS, detail="full", progress=False)


@pytest.fixture(scope="module")
def swept():
    design = sim.make_design("grid", {"march.speed": [30, 60]})
    return sim.run_design(design, runs_per_point=4, days=8, detail="daily", progress=False)


def test_the_first_runs_of_many_are_the_ensemble_of_so_many(many):
    few = sim.run_ensemble(runs=4, seed=1, days=DAYS, detail="full", progress=False)
    chosen = many.where(run=range(4))
    assert sorted(chosen.tables) == sorted(few.tables)
    for name, table in few.tables.items():
        pd.testing.assert_frame_equal(chosen.tables[name], table, check_exact=True)


@pytest.mark.parametrize("outcome", ["contained", "broken", ["back", "regrouped"]])
def test_an_outcome_is_a_class_or_the_state_at_the_end(many, outcome):
    wanted = {outcome} if isinstance(outcome, str) else set(outcome)
    states = wanted - {"contained", "regrouped", "unbroken", "resurgent", "collapse"}
    runs = many.runs
    by_hand = runs[runs["outcome"].isin(wanted) | runs["state"].isin(states)]["run"]
    chosen = many.where(outcome=outcome)
    assert chosen.runs["run"].tolist() == by_hand.tolist()
    assert 0 < len(by_hand) < len(runs)
    assert set(chosen.control["run"]) == set(chosen.daily["run"]) == set(by_hand)


def test_conditions_are_joined_by_and_and_named(many):
    chosen = many.where(many.runs["run"] != 4, run=[2, 3, 4, 5]).where(run=[4, 5, 6])
    assert set(chosen.runs["run"]) == {5}
    assert "8 of 9 runs, run = 2 or 3 or 4 or 5, run = 4 or 5 or 6" in repr(chosen)
    assert "run = 4 or 5 or 6" in plots.caption_of(plots.towns_over_time(chosen))
    assert "run = 4 or 5 or 6" in chosen._repr_html_()


def test_figures_maps_and_replays_are_of_the_chosen_runs_alone(many):
    chosen = many.where(run=[3, 7])
    assert set(chosen.control_on(DAYS)["run"]) == {3, 7}
    pd.testing.assert_frame_equal(
        chosen.control_on(DAYS), many.control_on(DAYS).query("run in (3, 7)").reset_index(drop=True)
    )
    assert chosen.replay(7, 2).day == 2
    with pytest.raises(ValueError, match="there is no run 4"):
        chosen.replay(4)
    for draw in (plots.chance_maps, plots.alignment, plots.deaths_over_time, plots.infighting_network):
        assert "2 runs of january_2014 with run = 3 or 7" in plots.caption_of(np.ravel(draw(chosen))[0])


def test_runs_of_a_design_are_chosen_by_their_point_too(swept):
    chosen = swept.where(**{"march.speed": 60, "run": [1, 2]})
    assert chosen.runs[["point", "run"]].to_numpy().tolist() == [[1, 1], [1, 2]]
    assert set(chosen.focal["point"]) == {1}
    assert chosen.at(1).runs["run"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("chosen", "values", "said"),
    [
        (None, {"outcome": "bakc"}, "outcome = 'bakc': expected one of"),
        (None, {"outcom": "back"}, "no column of runs is called 'outcom'; did you mean 'outcome'?"),
        (None, {"run": 99}, "no run has run = 99: there is nothing left to look at"),
        ([True], {}, "chosen = [True]: expected one truth value for each of the 9 runs"),
        ([1] * 9, {}, "expected one truth value for each of the 9 runs"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(many, chosen, values, said):
    with pytest.raises(ValueError) as refused:  # noqa: PT011, the text is looked at below
        many.where(chosen, **values)
    assert said in str(refused.value)


def test_chosen_runs_are_not_saved_as_if_they_were_all(many, tmp_path):
    with pytest.raises(ValueError, match=r"these runs were chosen \(run = 3 or 7\)"):
        save_results(many.where(run=[3, 7]), tmp_path / "some")
    assert not (tmp_path / "some").exists()
