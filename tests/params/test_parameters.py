"""Every number and every mechanism moves an outcome, and says what it is; nothing wrong gets in."""

import importlib.util
import re
import tomllib
from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy import stats

import sim
from sim.cli.options import current
from sim.core.outcomes import STATES, classify, passages
from sim.docs import parameters
from sim.ensemble.posterior import Posterior, find_posterior
from sim.params import (
    ALIASES,
    PROCESSES,
    ParameterError,
    Params,
    as_dict,
    declare,
    declared,
    expand,
    problem,
    rows,
    table,
    with_values,
)
from sim.record.observe import Observation
from sim.scenario import ScenarioError, load_scenario

REPO = Path(__file__).parents[2]
ALL = declared()
MOVABLE = [p for p in ALL.values() if p.kind != "switch" and not p.name.startswith("outcomes.")]
THRESHOLDS = [n for n in ALL if n.startswith("outcomes.") and n != "outcomes.presence"]
SEEDS = 200
DAYS = 120
SHARED = ("run", "outcome", "outcome_sole", "outcome_any", "state", "state_by_ground")


@cache
def runs(name=None, value=None, count=SEEDS, days=DAYS):
    """Runs of January 2014 with one parameter changed, its process on; the same seeds for all."""
    changed = {} if name is None else {name: value}
    switch = f"{name}".split(".")[0] + ".on"
    if switch in ALL and not ALL[switch].value:  # a process that ships off
        changed = {switch: True} | changed
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


@pytest.mark.parametrize("p", MOVABLE, ids=[p.name for p in MOVABLE])
def test_every_parameter_moves_something(p):
    ends = [runs(p.name, value, 12).drop(columns="run") for value in (p.low, p.high)]
    assert not ends[0].equals(ends[1]), f"{p.name} moves nothing between {p.low} and {p.high}"


@pytest.mark.parametrize("name", THRESHOLDS)
def test_every_threshold_moves_a_class_or_a_state(name):
    steps = np.random.default_rng(1).normal(0.0, 0.06, (3, 400, 200))
    people, men, towns = np.exp(np.cumsum(np.pad(steps, ((0, 0), (0, 0), (1, 0))), axis=2))
    values = (ALL[name].low, ALL[name].high)
    ends = []
    for limits in (with_values(Params(), {name: v}).outcomes for v in values):
        state = passages(people, men, towns, limits).state
        ends.append([classify(people, men, towns, limits), np.array(STATES)[state]])
    assert (np.array(ends[0]) != np.array(ends[1])).any()


def test_presence_moves_where_isis_is_seen():
    few, many = (runs("outcomes.presence", value, 60) for value in (1.0, 100.0))
    assert not few["outcome_any"].equals(many["outcome_any"])


@pytest.mark.parametrize("process", [*PROCESSES, "plans.withdrawal"])
def test_every_process_moves_an_outcome(process):
    name = process if "." in process else f"{process}.on"
    on, off = runs() if ALL[name].value else runs(name, True), runs(name, False)
    assert significant(on, off), f"switching {name} off moves nothing"


OBSERVED = {f"observation.{f.name}": (f.default, f.metadata) for f in fields(Observation)}
GROUPS = [(g.name, f) for g in fields(Params) for f in fields(g.type)]
EVERY = {f"{group}.{f.name}": (f.default, f.metadata) for group, f in GROUPS} | OBSERVED


@pytest.mark.parametrize("name", EVERY)
def test_every_parameter_says_what_it_does_and_where_its_value_is_from(name):
    value, about = EVERY[name]
    low, high = about["bounds"]
    assert low <= value <= high
    assert low < high
    assert about["unit"] != "1"
    assert about["source"]
    meaning = about["meaning"]
    assert re.fullmatch(r"[A-Z].{20,104}\.", meaning), "expected one sentence"
    assert not re.search(r"[.!?] ", meaning), "expected one sentence"
    own = set(re.split(r"[._]", name))
    assert len({w.lower() for w in re.findall(r"[A-Za-z]+", meaning)} - own) >= 4, "it repeats the name"
    pushes = r"; (higher|lower|longer|more|off)\b"
    assert re.search(pushes, meaning), "expected which way it pushes: '; higher …' or, of a switch, '; off …'"


def test_a_value_out_of_bounds_is_refused_with_unit_bounds_and_source():
    with pytest.raises(
        ParameterError, match=r"params.grievance.rise = 0.9 1/day is outside \[0, 0.08\] \(fit"
    ):
        with_values(Params(), {"grievance.rise": 0.9})
    with pytest.raises(ParameterError, match=r"params.battle.quality = 9.0 is outside \[0.8, 1.4\]"):
        with_values(Params(), {"battle.quality": 9.0})  # a pure number has no unit to print


def test_the_table_is_a_data_frame_of_what_is_declared():
    frame = table(with_values(Params(), {"march.speed": 30.0}))
    assert list(frame.columns) == ["value", "unit", "low", "high", "kind", "meaning", "source"]
    assert list(frame.index) == list(ALL)
    assert frame.loc["march.speed", "value"] == 30.0
    assert (frame["value"].map(type) == pd.Series({n: type(p.value) for n, p in ALL.items()})).all()


def test_the_page_of_parameters_is_up_to_date():
    text = parameters.PAGE.read_text()
    assert text == parameters.page(), "make it again: infighting docs parameters"
    assert all(f"| `{name}` |" in text for name in ALL)


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


def test_values_come_as_a_series_too():
    values = pd.Series({"march.speed": 30.0, "plans.withdrawal": 0.0, "events.last_day": 20.0})
    params = with_values(Params(), values)
    assert (params.march.speed, params.plans.withdrawal, params.events.last_day) == (30.0, False, 20)


def test_bounds_reach_a_sensitivity_design():
    names = problem()["names"]
    assert "grievance.rise" in names
    assert not any(n.endswith(".on") or n.startswith("outcomes.") for n in names)
    assert {ALL[n].kind for n in names} == {"real"}  # SALib would sample whole numbers between their values
    assert problem("march.speed") == {"num_vars": 1, "names": ["march.speed"], "bounds": [[25.0, 90.0]]}
    assert problem(["raids.rate", "events.last_day"])["names"] == ["raids.rate", "events.last_day"]
    assert len(as_dict(Params())) == len(ALL)
    assert np.all(np.diff(problem()["bounds"], axis=1) > 0)


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["march.sped"], "there is no parameter 'march.sped'; did you mean 'march.speed'?"),
        ("grievence.*", "there is no parameter 'grievence.*'; did you mean 'grievance.*'?"),
        (["march.speed", "march.s*"], "march.speed is named twice: by march.speed and by march.s*"),
        (["battle.holder", "battle.defence_multiplier"], "battle.defence_multiplier is named twice"),
        (["march.speed", "-raids.*"], "-raids.* takes nothing away"),
    ],
)
def test_bounds_of_what_does_not_exist_are_refused(names, text):
    with pytest.raises(ParameterError) as error:
        problem(names)
    assert text in str(error.value)


def test_patterns_stand_for_parameters_in_the_order_asked_for():
    grievance = [n for n in ALL if n.startswith("grievance.") and n != "grievance.on"]
    assert list(expand(["march.speed", "grievance.*"])) == ["march.speed", *grievance]
    assert list(expand("*.on")) == [f"{process}.on" for process in PROCESSES]
    assert list(expand(["all", "-*.*"])) == []
    assert list(expand("all")) == [p.name for p in MOVABLE if ALL[f"{p.name.split('.')[0]}.on"].value]


def test_a_process_that_ships_off_is_not_among_all(monkeypatch):
    monkeypatch.setitem(sim.params.names.DECLARED, "raids.on", ALL["raids.on"]._replace(value=False))
    assert not any(name.startswith("raids.") for name in expand("all"))
    assert "raids.rate" in expand("raids.*")


def test_a_switch_can_ship_off():
    class Curfew(declare.Bounded):
        on: bool = declare.switch(default=False)

    assert Curfew.on.default is False
    with pytest.raises(TypeError, match=r"curfew.reach has no value: fitted.toml does not name it"):
        type("Curfew", (declare.Bounded,), {"reach": declare.fitted("km", (0.0, 9.0), "assumed")})


# -- old names, for one release


def middle(name):
    """A value in the middle of the bounds."""
    return (ALL[name].low + ALL[name].high) / 2


@pytest.mark.parametrize(("old", "new"), ALIASES.items())
def test_an_old_name_is_the_new_one(old, new, recwarn):
    assert new in ALL
    assert old not in ALL
    for name in (old, f"params.{old}"):
        assert as_dict(with_values(Params(), {name: middle(new)}))[new] == middle(new)
    assert problem([old])["names"] == [new]
    design = sim.make_design("grid", {old: None})
    assert list(design.points) == [new]
    assert sim.make_design(**design.request).points.equals(design.points)
    assert current(f"params.{old}={middle(new)}") == f"params.{new}={middle(new)}"
    with pytest.raises(ParameterError, match=f"{new} is set twice: by {old} and by {new}"):
        with_values(Params(), {old: middle(new), new: middle(new)})
    assert not recwarn


def test_a_scenario_may_use_old_names(tmp_path):
    file = tmp_path / "older" / "scenario.yaml"
    file.parent.mkdir()
    content = {
        "title": "Older",
        "parent": "january_2014",
        "params": {o: middle(n) for o, n in ALIASES.items()},
    }
    file.write_text(yaml.safe_dump(content))
    assert load_scenario(file.parent).params == {new: middle(new) for new in ALIASES.values()}
    file.write_text(yaml.safe_dump(content | {"params": {"plans.alarm": 9.0}}))
    with pytest.raises(ScenarioError, match=r"plans.threat_weight = 9.0 is outside \[0.2, 1.5\]"):
        load_scenario(file.parent)


def test_draws_of_a_posterior_may_have_old_names(tmp_path):
    scenario = load_scenario("january_2014")
    draws, back = pd.read_parquet(find_posterior(scenario)), {new: old for old, new in ALIASES.items()}
    draws.rename(columns=back).to_parquet(tmp_path / "old.parquet")
    draws.rename(columns=ALIASES).to_parquet(tmp_path / "new.parquet")
    old, new = (Posterior(scenario, tmp_path / f"{name}.parquet") for name in ("old", "new"))
    assert set(old.names) & set(ALIASES.values())
    assert old.params(0, Params()) == new.params(0, Params()) != Params()
    fixed = old.params(0, Params(), ["plans.alarm"])
    assert (
        fixed.plans.threat_weight
        == Params().plans.threat_weight
        != old.params(0, Params()).plans.threat_weight
    )


def test_models_runs_and_sweeps_take_old_names():
    assert sim.RebelConflict(seed=1, params={"plans.alarm": 0.3}).params.plans.threat_weight == 0.3
    options = {"days": 2, "progress": False}
    old, new = (
        sim.run_ensemble(runs=2, params={name: 0.3}, **options)
        for name in ("plans.alarm", "plans.threat_weight")
    )
    assert old.params == new.params
    pd.testing.assert_frame_equal(old.runs, new.runs)
    for name in ("plans.alarm", "plans.threat_weight"):
        swept = sim.run_design(sim.make_design("list", {name: [0.3]}), runs_per_point=2, **options)
        pd.testing.assert_frame_equal(swept.at(0).runs, new.runs)


# -- where declarations are, and how fitted values get there


def test_every_parameter_has_its_line_where_its_process_says():
    for name in PROCESSES:
        text = (REPO / "sim" / "params" / f"{name}.py").read_text()
        assert f"sim/core/processes/{name}{'/' if name == 'plans' else '.py'}" in text
        assert f"class {name.capitalize()}(Bounded):" in text
        assert (REPO / "sim" / "core" / "processes" / f"{name}.py").exists() or name == "plans"


def group_of(name):
    """The declarations of one process, read again."""
    made = {"__name__": f"sim.params.{name}"}
    exec((REPO / "sim" / "params" / f"{name}.py").read_text(), made)
    return {f.name: f for f in fields(made[name.capitalize()])}


@pytest.fixture(scope="module")
def ship():
    """The script that ships what was fitted."""
    spec = importlib.util.spec_from_file_location("ship", REPO / "experiments" / "02_record" / "ship.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_fit_can_ship_any_parameter(ship, monkeypatch):
    """experiments/02_record/ship.py writes fitted.toml; what it ships must say that it was fitted."""
    known = [p for p in MOVABLE if p.kind == "real"]  # the fit moves real numbers only
    text = ship.as_toml({p.name: ship.rounded(p.high, p.low, p.high) for p in known}, "# why\n[old]\nx = 1\n")
    assert text.startswith("# why\n\n[")
    monkeypatch.setattr(declare, "FITTED", tomllib.loads(text))
    for p in known:
        group, name = p.name.split(".")
        new, old = group_of(group)[name], {f.name: f for g, f in GROUPS if g == group}[name]
        prior = p.source.removeprefix("fitted in experiments/02_record; prior: ")
        assert new.default == p.high
        assert dict(new.metadata) == dict(old.metadata) | {
            "source": f"fitted in experiments/02_record; prior: {prior}"
        }


def test_what_is_shipped_is_the_best_point_of_the_fit(ship):
    text = declare.FITTED_FILE.read_text()
    assert ship.as_toml(ship.best_point(), text) == text
    assert not {p.name for p in ALL.values() if p.source.startswith("fitted in ")} & set(ship.SET_SINCE)
    assert tomllib.loads(text) == declare.FITTED
    known = {f"{group}.{name}": v for group, part in declare.FITTED.items() for name, v in part.items()}
    assert known == {n: p.value for n, p in ALL.items() if p.source.startswith("fitted in ")}
