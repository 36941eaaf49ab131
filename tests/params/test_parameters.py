"""Every number and every mechanism moves an outcome; nothing wrong gets in."""

import importlib.util
from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import sim
from sim.core.outcomes import classify
from sim.params import PROCESSES, ParameterError, Params, as_dict, problem, rows, table, with_values

REPO = Path(__file__).parents[2]
TABLE = list(table())
MOVABLE = [row for row in TABLE if row[6] != "switch" and not row[0].startswith("outcomes.")]
THRESHOLDS = [row for row in TABLE if row[0].startswith("outcomes.") and row[0] != "outcomes.presence"]
SEEDS = 200
DAYS = 120
SHARED = ("run", "outcome", "outcome_sole", "outcome_any")


@cache
def runs(name=None, value=None, count=SEEDS, days=DAYS):
    """Runs of January 2014 with one parameter changed; the same seeds for all."""
    changed = {} if name is None else {name: value}
    return sim.run_ensemble(runs=count, seed=5, days=days, params=changed, progress=False).runs


def significant(on, off):
    """Measures whose paired mean difference is not zero at 5 %, corrected for their number (Bonferroni)."""
    measures = [c for c in on.columns if c not in SHARED]
    found = {}
    for name in measures:
        difference = (on[name] - off[name]).dropna()
        if len(difference) > SEEDS / 4 and difference.std() > 0:
            p = stats.ttest_1samp(difference, 0.0).pvalue
            if p < 0.05 / len(measures):
                found[name] = p
    return found


@pytest.mark.parametrize("row", MOVABLE, ids=[row[0] for row in MOVABLE])
def test_every_parameter_moves_something(row):
    name, _, _, low, high, _, _ = row
    ends = [runs(name, value, 12).drop(columns="run") for value in (low, high)]
    assert not ends[0].equals(ends[1]), f"{name} moves nothing between {low} and {high}"


@pytest.mark.parametrize("row", THRESHOLDS, ids=[row[0] for row in THRESHOLDS])
def test_every_threshold_moves_a_class(row):
    name, _, _, low, high, _, _ = row
    steps = np.random.default_rng(1).normal(0.0, 0.06, (3, 400, 200))
    people, men, towns = np.exp(np.cumsum(np.pad(steps, ((0, 0), (0, 0), (1, 0))), axis=2))
    ends = [classify(people, men, towns, with_values(Params(), {name: v}).outcomes) for v in (low, high)]
    assert (ends[0] != ends[1]).any()


def test_presence_moves_where_isis_is_seen():
    few, many = (runs("outcomes.presence", value, 12) for value in (1.0, 100.0))
    assert not few["outcome_any"].equals(many["outcome_any"])


@pytest.mark.parametrize("process", [*PROCESSES, "plans.withdrawal"])
def test_every_process_moves_an_outcome(process):
    name = process if "." in process else f"{process}.on"
    on, off = runs(), runs(name, False)
    assert significant(on, off), f"switching {name} off moves nothing"


def test_bounds_hold_the_defaults_and_are_said():
    for name, value, unit, low, high, source, _ in TABLE:
        assert low <= value <= high, name
        assert unit, name
        assert source, name
    with pytest.raises(ParameterError, match=r"params.grievance.rise = 0.9 1/day is outside \[0, 0.08\]"):
        with_values(Params(), {"grievance.rise": 0.9})


def test_all_faults_are_told_at_once():
    with pytest.raises(ParameterError) as error:
        with_values(Params(), {"grievance.ries": 1, "battle.defence_multiplier": "much", "march.speed": 1})
    assert len(error.value.problems) == 3
    assert "did you mean 'grievance.rise'?" in error.value.problems[0]


def test_kernels_read_the_same_numbers():
    packed = rows([with_values(Params(), {"plans.pinning": 0.44, "march.on": False})])[0]
    assert packed.plans.pinning == 0.44
    assert packed.march.on == 0.0
    assert packed.battle.attrition == Params().battle.attrition


def test_bounds_reach_a_sensitivity_design():
    names = problem()["names"]
    assert "grievance.rise" in names
    assert not any(n.endswith(".on") or n.startswith("outcomes.") for n in names)
    assert problem(["march.speed"]) == {"num_vars": 1, "names": ["march.speed"], "bounds": [[25.0, 90.0]]}
    assert len(as_dict(Params())) == len(TABLE)
    assert np.all(np.diff(problem()["bounds"], axis=1) > 0)


def test_every_parameter_has_its_line_where_its_process_says():
    for name in PROCESSES:
        text = (REPO / "sim" / "params" / f"{name}.py").read_text()
        assert f"sim/core/processes/{name}.py" in text
        assert f"class {name.capitalize()}(Bounded):" in text
        assert name == "events" or (REPO / "sim" / "processes" / f"{name}.py").exists()


def declared(text, group):
    """What a file of sim/params/ declares, as ``{name: (default, unit, bounds, source)}``."""
    made = {}
    exec(text, made)
    columns = ("unit", "bounds", "source")
    return {
        f.name: (f.default, *(f.metadata[column] for column in columns))
        for f in fields(made[group.capitalize()])
    }


def test_a_fit_can_ship_any_parameter():
    """experiments/02_record/ship.py rewrites the declarations; what it writes must say what was fitted."""
    file = REPO / "experiments" / "02_record" / "ship.py"
    spec = importlib.util.spec_from_file_location("ship", file)
    ship = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(ship)
    for dotted, _, unit, low, high, source, kind in MOVABLE:
        if kind != "real":  # the fit moves real numbers only
            continue
        group, name = dotted.split(".")
        text = (REPO / "sim" / "params" / f"{group}.py").read_text()
        before = declared(text, group)
        prior = source.removeprefix("fitted in experiments/02_record; prior: ")
        for _ in range(2):  # again: an earlier fit is replaced, not told beside the later one
            text = ship.rewritten(text, name, ship.rounded(high, low, high))
        told = f"fitted in experiments/02_record; prior: {prior}"
        assert declared(text, group) == before | {name: (high, unit, (low, high), told)}
