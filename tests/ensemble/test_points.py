"""Designs: a point is the ensemble one would have played by hand."""

import pandas as pd
import pytest

import sim
from sim.ensemble.design import DesignError, make_design

DAYS = 12


@pytest.fixture(scope="module")
def swept():
    """Two scenarios, two values, three runs each, with everything kept."""
    design = make_design("grid", {"scenario": ["truce", "january_2014"], "march.speed": [30, 60]})
    return sim.run_design(design, runs_per_point=3, seed=0, days=DAYS, detail="full", progress=False)


@pytest.mark.parametrize("point", range(4))
def test_a_point_is_the_ensemble_played_by_hand(swept, point):
    scenario, speed = swept.points.loc[point]
    by_hand = sim.run_ensemble(
        scenario, runs=3, seed=0, days=DAYS, params={"march.speed": speed}, detail="full", progress=False
    )
    one = swept.at(point)
    assert (one.scenario.name, one.params) == (scenario, by_hand.params)
    for name in by_hand.tables:
        pd.testing.assert_frame_equal(one.tables[name], by_hand.tables[name])


def test_rows_are_in_the_order_of_points_runs_and_days(swept):
    assert list(swept.runs[["point", "run"]].itertuples(index=False, name=None)) == [
        (point, run) for point in range(4) for run in range(3)
    ]
    assert swept.focal[["point", "run", "day"]].apply(tuple, axis=1).is_monotonic_increasing


def test_some_points_are_a_smaller_design(swept):
    fast = swept.at(swept.points["march.speed"] == 60)
    assert fast.points.index.tolist() == [1, 3]
    assert fast.daily["point"].unique().tolist() == [1, 3]
    assert fast.at(3).scenario.name == "january_2014"
    with pytest.raises(ValueError, match="there is no point 7: this design has 0 to 3"):
        swept.at(7)


def test_a_run_of_a_point_can_be_replayed(swept):
    end = swept.at(1).replay(2)
    assert (end.day, end.scenario.name, end.params.march.speed) == (DAYS, "truce", 60.0)
    with pytest.raises(ValueError, match=r"belongs to a point: \.at\(point\)\.replay\(run\)"):
        swept.replay(2)


def test_points_of_another_program_are_a_design():
    """A DataFrame of a sampler: floats where whole numbers are meant, and an index of its own."""
    values = {"march.speed": [30.0, 60.0], "events.last_day": [10.0, 20.0], "seed": [4.0, 5.0]}
    points = pd.DataFrame(values | {"scenario": ["truce", "pursuit"]}, index=[7, 3])
    request = {"runs_per_point": 2, "days": 3, "progress": False}
    swept = sim.run_design(points, **request)
    by_hand = {name: [int(x) for x in values[name]] for name in ("events.last_day", "seed")}
    same = sim.make_design("list", {**points.to_dict("list"), **by_hand})
    pd.testing.assert_frame_equal(swept.runs, sim.run_design(same, **request).runs)
    one = sim.run_ensemble("pursuit", runs=2, seed=5.0, days=3.0, params=points.iloc[1, :2], progress=False)
    pd.testing.assert_frame_equal(swept.at(1).runs, one.runs)
    stepped = sim.RebelConflict("pursuit", seed=5.0, days=3.0, params=points.iloc[1, :2])
    assert stepped.run().state.tobytes() == one.replay(0).state.tobytes()


def test_an_impossible_point_is_recorded_and_stops_nothing(capsys):
    design = make_design("list", {"march.speed": [30, 900, 60]})
    swept = sim.run_design(design, runs_per_point=2, days=3, progress=False)
    assert swept.runs["point"].unique().tolist() == [0, 2]
    assert swept.failures.index.tolist() == [1]
    assert "params.march.speed = 900.0 km/day is outside [25, 90]" in swept.failures.loc[1, "error"]
    assert "1 of 3 points could not be played" in capsys.readouterr().err
    assert swept.at([0, 1]).failures.index.tolist() == [1]


def test_a_design_of_impossible_points_is_refused():
    design = make_design("list", {"march.speed": [900]})
    with pytest.raises(DesignError, match="no point of the design could be played"):
        sim.run_design(design, runs_per_point=2, days=3, progress=False)


def test_outcomes_are_judged_by_the_thresholds_of_the_point():
    design = make_design("grid", {"outcomes.collapse_towns": [0, 0.3], "outcomes.trough": [0.4, 0.8]})
    swept = sim.run_design(design, runs_per_point=4, days=60, progress=False)
    for point, (collapse, trough) in swept.points.iterrows():
        thresholds = {"outcomes.collapse_towns": collapse, "outcomes.trough": trough}
        by_hand = sim.run_ensemble(runs=4, days=60, params=thresholds, progress=False)
        pd.testing.assert_frame_equal(swept.at(point).runs, by_hand.runs)
    assert swept.runs.groupby("point")["outcome"].apply(tuple).nunique() > 1


@pytest.mark.parametrize("wrong", [{"runs_per_point": 0}, {"seed": -1}, {"days": 0}, {"detail": "some"}])
def test_a_senseless_request_is_refused(wrong):
    with pytest.raises(ValueError, match="expected"):
        sim.run_design(make_design("grid", {"march.speed": None}), **wrong)


def test_seeds_days_and_draws_may_differ_between_points():
    design = make_design("grid", {"seed": [1, 2**64 - 1], "days": [2, 4], "march.speed": [30.0, 60.0]})
    swept = sim.run_design(design, runs_per_point=2, detail="daily", draw="posterior", progress=False)
    assert swept.points["seed"].unique().tolist() == [1, 2**64 - 1]
    one = swept.at(7)
    by_hand = sim.run_ensemble(
        runs=2,
        seed=2**64 - 1,
        days=4,
        params={"march.speed": 60},
        draw="posterior",
        detail="daily",
        progress=False,
    )
    assert (one.seed, one.days, one.draw) == (by_hand.seed, by_hand.days, "posterior")
    for name in by_hand.tables:
        pd.testing.assert_frame_equal(one.tables[name], by_hand.tables[name])
    pd.testing.assert_frame_equal(one.draws, by_hand.draws)
    assert one.replay(1).day == 4
    with pytest.raises(ValueError, match=r"\.at\(point\)\.draws"):
        _ = swept.draws


@pytest.mark.parametrize("wrong", [{"seed": [1.5]}, {"days": [True]}, {"seed": None}])
def test_senseless_seeds_and_days_are_refused(wrong):
    with pytest.raises(DesignError, match=f"design.over.{next(iter(wrong))}"):
        make_design("grid", wrong)
