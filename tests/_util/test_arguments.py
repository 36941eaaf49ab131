"""Odd arguments from Python: a sentence of this project's own, with argument, value and what was expected."""

import traceback
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim import plots
from sim.analysis import comparison
from sim.core.kernel import PACKAGE

WHOLE, DAY = "expected a whole number", "expected a day (0 is the evening before the first step) or a date"
DICT = "expected a dict of dotted names and values, such as {'march.speed': 40}"
ENSEMBLE = "expected an Ensemble, as sim.run_ensemble and sim.load_results give it"
WRONG = {
    # a stepped world
    "sim.RebelConflict('januar', seed=1)": "no scenario is called 'januar'; did you mean 'january_2014'?",
    "sim.RebelConflict(seed='one')": "a seed is a whole number from 0 to 2**64 - 1, not 'one'",
    "sim.RebelConflict(seed=1, run=-1)": f"run = -1: {WHOLE} from 0 to 2**64 - 1",
    "sim.RebelConflict(seed=1, params=[1])": f"params = [1]: {DICT}",
    "sim.RebelConflict(seed=1, params={3: 1})": f"params = {{3: 1}}: {DICT}",
    "sim.RebelConflict(seed=1, men=3)": "men = 3: expected local and mobile men, two arrays of 60 towns",
    "sim.RebelConflict(seed=1, explain='maybe')": "explain is True or False, not 'maybe'",
    "model.run(-1)": f"days = -1: {WHOLE}, 0 or more",
    "model.run('ten')": f"days = 'ten': {WHOLE}, 0 or more",
    "model.run(1.5)": f"days = 1.5: {WHOLE}, 0 or more",
    "model.town(3)": "no town is called 3; there are: afrin",
    "model.faction('isi')": "no faction is called 'isi'; did you mean 'isis'?",
    "model.sponsor('turky')": "no sponsor is called 'turky'; did you mean 'turkey'?",
    "model.history('factions', 'man', 'isis')": "no column of factions is called 'man'; did you mean 'men'?",
    "model.explain(day='yesterday')": f"day = 'yesterday': {DAY}",
    "model.explain(day=99)": "days 0 to 3 have been played (2014-01-02 to 2014-01-05), not 99",
    "model.explain(day=1.5)": f"day = 1.5: {DAY}",
    "model.explain(day=[1, 2])": f"day = [1, 2]: {DAY}",
    "model.explain(day=(1, 'x'))": f"day = 'x': {DAY}",
    "model.fork(seed=1, run=-1)": f"run = -1: {WHOLE} from 0",
    "model.fork(days=1)": f"days = 1: {WHOLE}, 3 or more",
    "model.save(nowhere / 'x')": "cannot write {nowhere}/x: No such file or directory",
    "model.save(3)": "path = 3: expected a path",
    "model.save(folder)": "{folder} is a folder: expected the path of a file",
    "sim.RebelConflict.load(nowhere)": "cannot read {nowhere}: No such file or directory",
    "sim.RebelConflict.load(file)": "{file} is damaged or is no saved world",
    # many runs
    "run(runs=0)": f"runs = 0: {WHOLE}, 1 or more",
    "run(runs='ten')": f"runs = 'ten': {WHOLE}, 1 or more",
    "run(runs=True)": f"runs = True: {WHOLE}, 1 or more",
    "run(threads=0)": f"threads = 0: {WHOLE} from 1 to 1024",
    "run(seed=3.5)": f"seed = 3.5: {WHOLE} from 0 to 2**64 - 1",
    "run(seed=True)": f"seed = True: {WHOLE} from 0 to 2**64 - 1",
    "run(seed=1e300)": f"seed = 1e+300: {WHOLE} from 0 to 2**64 - 1",
    "sim.RebelConflict(seed=3.5)": "a seed is a whole number from 0 to 2**64 - 1, not 3.5",
    "run(days=-3)": f"days = -3: {WHOLE} from 1 to 3650",
    "run(seed=-1)": f"seed = -1: {WHOLE} from 0 to 2**64 - 1",
    "run(detail='sumary')": "detail = 'sumary': expected one of summary, daily, full",
    "run(draw=3)": "draw = 3: expected one of defaults, posterior",
    "run(params=[1])": f"params = [1]: {DICT}",
    "run(params={'march.sped': 1})": "there is no parameter 'march.sped'; did you mean 'march.speed'?",
    "run(out=3)": "out = 3: expected a path",
    "run(out=file)": "cannot write results to {file}: Not a directory",
    "run(start='x')": "start = 'x': expected a stepped world, a RebelConflict",
    "run(start=few)": "start = <Ensemble>: expected a stepped world, a RebelConflict",
    "few.control_on('x')": f"when = 'x': {DAY}",
    "few.control_on(99)": "when = 99 is outside the runs: 2014-01-02 to 2014-01-14",
    "few.control_on(None)": f"when = None: {DAY}",
    "few.replay(10**6)": "there is no run 1000000: this ensemble has runs 0 to 2",
    "few.replay([1])": f"run = [1]: {WHOLE}, 0 or more",
    "few.replay(1, 'x')": f"day = 'x': {DAY}",
    "few.replay(1, 99)": "there is no day 99: this ensemble has days 0 to 12",
    "swept.at('x')": "points = 'x': expected a number, several, or one truth value for each of the 3 points",
    "swept.at([0, 99])": "there is no point 99: this design has 0 to 2",
    "swept.at([True])": "points = [True]: expected a number, several, or one truth value",
    "sim.load_results(3)": "folder = 3: expected a path",
    "sim.load_results(nowhere)": "{nowhere}: there is no such folder",
    "sim.make_design('grid', swept.points)": "a DataFrame has the points of a list, and this is a grid",
    "sim.run_design(swept.points[:0])": "the DataFrame has no rows",
    "sim.run_design(pd.concat([swept.points] * 2, axis=1))": "the DataFrame has two columns plans.pursuit",
    "sim.run_design(swept.points.rename(columns=str.upper))": "design.over: there is no parameter 'PLANS.",
    "sim.make_design('grid', 3)": "design.over = 3: expected factors and what they range over",
    "sim.run_design(design, params=[1])": f"params = [1]: {DICT}",
    "sim.run_design(design, out=3)": "out = 3: expected a path",
    # comparisons and scores
    "sim.compare(few, 3)": f"results = 3: {ENSEMBLE}",
    "sim.compare({'a': 1, 'b': 2})": f"a = 1: {ENSEMBLE}",
    "sim.compare(few, few, control='holme')": "control = 'holme': expected one of holm",
    "sim.compare_futures('x', {})": "world = 'x': expected a stepped world, a RebelConflict",
    "sim.compare_futures(model, [1])": "changes = [1]: expected a dict of names and changes",
    "sim.compare_futures(model, {'a': 3})": "changes['a'] = 3: expected a dict with scenario, on and params",
    "sim.compare_futures(model, {'a': {'params': [1]}})": f"changes['a']['params'] = [1]: {DICT}",
    "sim.compare_futures(model, {'a': {'on': 9}})": "a: on= is the day of a scenario's first event",
    "comparison.measured(few.runs, 'x')": "no measure is called 'x'; there are: broken",
    "comparison.per_point(few, 'regroups')": "these runs have no points: they are one world, not a design",
    "sim.record.score(few, 3)": "folder = 3: expected a path",
    "sim.record.score(3, folder)": f"ensemble = 3: {ENSEMBLE}",
    # figures
    "plots.outcome_shares(3)": "results = 3: expected an ensemble, several, or {name: ensemble}",
    "plots.outcome_shares([])": "results = []: expected one ensemble or more",
    "plots.outcome_shares({'a': 1})": f"a = 1: {ENSEMBLE}",
    "plots.outcome_shares(few, ax=3)": "ax = 3: expected Axes of matplotlib",
    "plots.outcome_shares(few, width='x')": "width = 'x': expected a number above 0",
    "plots.towns_over_time(few, record=3)": "record = 3: expected a DataFrame",
    "plots.towns_over_time(few, events='x')": "events = 'x': expected a DataFrame",
    "plots.over_time(few, 'men', factions=['isi'])": "no faction is called 'isi'; did you mean 'isis'?",
    "plots.over_time(few, 'men', factions='isis')": "factions = 'isis': expected a list of ids",
    "plots.chance_map(few, 'x')": f"when = 'x': {DAY}",
    "plots.chance_map(few, 3, faction='isi')": "no faction is called 'isi'; did you mean 'isis'?",
    "plots.chance_map(few, 3, record=3)": "record = 3: expected an array of towns by days",
    "plots.chance_maps(few, [])": "dates = []: expected one day or date, or more, in a list",
    "plots.difference_map(few, 3)": f"other = 3: {ENSEMBLE}",
    "plots.holders_map(few, 0, 'x')": f"when = 'x': {DAY}",
    "plots.holders_maps(few, 0, '2014-01-05')": "dates = '2014-01-05': expected one day or date, or more",
    "plots.columns_map(3)": f"results = 3: {ENSEMBLE}",
    "plots.control_raster(few, 0, happenings=3)": "happenings = 3: expected a DataFrame",
    "plots.control_raster(few, 0, days='x')": f"days = 'x': {WHOLE}, 1 or more",
    "plots.regrouping([])": "results = []: expected one ensemble or more",
    "plots.trough_recovery(few, record=3)": "record = 3: expected trough, end (shares of the start)",
    "plots.infighting_network(3)": f"pairs = 3: {ENSEMBLE}",
    "plots.infighting_network(few, province='Alepo')": "no province is called 'Alepo'; did you mean 'Aleppo'",
    "plots.infighting_network(few, days=3)": "days = 3: expected a pair, first and last day",
    "plots.infighting_compared(few, None)": "record = None: expected a DataFrame",
    "plots.infighting_compared(few, pd.DataFrame())": "the frame has no column faction_a, faction_b",
    "plots.alignment(few, province='Alepo')": "no province is called 'Alepo'; did you mean 'Aleppo'",
    "plots.deaths_over_time(few, days=0)": f"days = 0: {WHOLE}, 1 or more",
    "plots.paired_differences(few)": "comparison = <Ensemble>: expected a Comparison, as sim.compare",
    "plots.paired_over_time(3)": "comparison = 3: expected a Comparison",
    "plots.phase_diagram(3, 'a', 'b', 'c')": "frame = 3: expected a DataFrame",
    "plots.phase_diagram(pd.DataFrame())": "missing a required argument: 'x': expected phase_diagram(frame",
    "plots.discovery_boxes(None)": "frame = None: expected a DataFrame",
    "plots.sensitivity(3)": "frame = 3: expected a DataFrame",
    "plots.shapley([1])": "frame = [1]: expected a DataFrame",
    "plots.looks('truce')": "scenario = 'truce': expected a Scenario",
    "plots.caption_of(3)": "ax_or_figure = 3: expected Axes or a Figure of matplotlib",
    "plots.save(3, folder / 'x.png')": "ax_or_figure = 3: expected Axes, several of them, or a Figure",
    "plots.save(plots.outcome_shares(few), 3)": "path = 3: expected a path",
    "plots.save(plots.outcome_shares(few), folder / 'x.png', nowhere)": "manifest = '{nowhere}': cannot be",
    "plots.animate(few, 0, 3)": "path = 3: expected a path",
}


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """What the calls are made with."""
    folder = tmp_path_factory.mktemp("odd")
    (folder / "file").write_text("no world")
    design = sim.make_design("grid", {"plans.pursuit": [0, 0.5, 1]})
    return {
        "model": sim.RebelConflict(seed=1, days=20).run(3),
        "few": sim.run_ensemble(runs=3, days=12, detail="full", progress=False),
        "run": lambda **odd: sim.run_ensemble(**{"runs": 2, "days": 3, "progress": False, **odd}),
        "design": design,
        "swept": sim.run_design(design, runs_per_point=2, days=3, progress=False),
        "folder": folder,
        "file": folder / "file",
        "nowhere": folder / "not_there",
        "sim": sim,
        "comparison": comparison,
        "plots": plots,
        "pd": pd,
        "np": np,
    }


@pytest.mark.parametrize(("call", "said"), WRONG.items(), ids=list(WRONG))
def test_an_odd_argument_is_refused_in_a_sentence_of_our_own(call, said, given):
    with pytest.raises((ValueError, TypeError)) as refused:
        eval(call, dict(given))
    for name in ("nowhere", "folder", "file"):
        said = said.replace(f"{{{name}}}", str(given[name]))
    text = str(refused.value)
    assert text.startswith(said)
    assert "\n" not in text
    assert Path(traceback.extract_tb(refused.tb)[-1].filename).is_relative_to(PACKAGE)
    assert not (given["folder"] / "x.png").exists()


def test_a_refused_world_leaves_no_file(given):
    with pytest.raises(ValueError, match="cannot write"):
        given["model"].save(given["nowhere"] / "x")
    assert sorted(file.name for file in given["folder"].iterdir()) == ["file"]


def test_dates_are_taken_wherever_days_are(given):
    few = given["few"]
    assert few.replay(1, "2014-01-04").day == few.replay(1, 2).day == 2
    pd.testing.assert_frame_equal(few.control_on(pd.Timestamp("2014-01-04")), few.control_on(np.int64(2)))
    assert given["model"].explain(day="2014-01-04").title == given["model"].explain(day=2).title


def test_an_unknown_name_is_a_wrong_value_too(given):
    for kind in (KeyError, ValueError):
        with pytest.raises(kind, match="did you mean 'isis'"):
            given["model"].faction("isi")
