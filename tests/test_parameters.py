"""Every parameter is declared once, refused out of bounds, and moves something; every process matters.

Effects are measured on paired runs: the same luck, the parameter at one value and at another.
"""

import functools
from dataclasses import fields

import numpy as np
import pytest
from scipy import stats

from sim.chance import world_luck
from sim.ensemble import copies
from sim.ledger import CODES, empty_ledger
from sim.measures import SERIES
from sim.outcomes import classify
from sim.params import (
    PROCESSES,
    Outcomes,
    ParameterError,
    Params,
    as_dict,
    check,
    problem,
    rows,
    table,
    with_values,
)
from sim.play import empty_kept, play_all
from sim.scenario import load_scenario
from sim.start import thresholds
from sim.world import build

EVERY = {row[0]: row for row in table()}
SWITCHES = [name for name, row in EVERY.items() if row[6] == "switch"]
NUMBERS = [name for name, row in EVERY.items() if row[6] != "switch" and not name.startswith("outcomes.")]
RULES_OF_OUTCOMES = [name for name in EVERY if name.startswith("outcomes.")]


# --- declarations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_a_declaration_is_whole(name):
    _, value, unit, low, high, source, kind = EVERY[name]
    assert low < high
    assert low <= value <= high
    assert unit
    assert source
    assert kind in ("real", "integer", "switch")
    assert isinstance(value, {"real": float, "integer": int, "switch": bool}[kind])


def test_every_process_has_its_group_and_its_switch():
    assert [f.name for f in fields(Params)] == [*PROCESSES, "outcomes"]
    assert {f"{name}.on" for name in PROCESSES} <= set(SWITCHES)


def test_shipped_values_pass_their_own_check():
    assert check(Params()) == Params()


@pytest.mark.parametrize("name", EVERY)
def test_bounds_are_allowed_and_beyond_is_refused(name):
    low, high, kind = EVERY[name][3], EVERY[name][4], EVERY[name][6]
    for value in (low, high):
        assert as_dict(with_values(Params(), {name: value}))[name] == value
    step = 1 if kind != "real" else 0.01 * (high - low)
    for value in (low - step, high + step):
        with pytest.raises(ParameterError) as error:
            with_values(Params(), {name: value})
        assert name in str(error.value)


def test_message_names_value_unit_bounds_and_source():
    with pytest.raises(ParameterError) as error:
        with_values(Params(), {"grievance.half_life": 500.0})
    _, _, unit, low, high, source, _ = EVERY["grievance.half_life"]
    for part in ("grievance.half_life", "500", unit, f"[{low:g}, {high:g}]", source):
        assert part in str(error.value)


def test_all_problems_come_together():
    wrong = {"grievance.half_life": 500.0, "battle.attritoin": 0.01, "support.days": "long", "plans.on": 2}
    with pytest.raises(ParameterError) as error:
        with_values(Params(), wrong)
    assert len(error.value.problems) == 4
    for part in wrong:
        assert part in str(error.value)


def test_a_misspelt_name_is_told_the_nearest():
    with pytest.raises(ParameterError, match=r"battle\.attrition"):
        with_values(Params(), {"battle.attritoin": 0.01})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("grievance.rise", "much"), ("grievance.rise", None), ("grievance.rise", float("nan")),
        ("grievance.rise", float("inf")), ("grievance.rise", True), ("grievance.rise", [0.01]),
        ("events.last_day", 3.5), ("plans.on", 0.5), ("plans.on", "yes"), ("grievance", 1.0), ("", 1.0),
    ],
)  # fmt: skip
def test_what_is_no_such_number_is_refused(name, value):
    with pytest.raises(ParameterError):
        with_values(Params(), {name: value})


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("grievance.rise", 0, 0.0), ("grievance.rise", np.float64(0.01), 0.01), ("events.last_day", 5.0, 5),
        ("plans.on", 0, False), ("plans.on", np.True_, True), ("params.grievance.rise", 0.01, 0.01),
    ],
)  # fmt: skip
def test_numbers_come_in_the_kind_they_are_declared(name, value, kept):
    found = as_dict(with_values(Params(), {name: value}))[name.removeprefix("params.")]
    assert (found, type(found)) == (kept, type(kept))


def test_the_parameters_one_starts_from_are_left_alone():
    first = Params()
    second = with_values(first, {"grievance.rise": 0.01, "plans.on": False})
    assert first == Params()
    assert second != first
    assert {n for n, v in as_dict(second).items() if v != as_dict(first)[n]} <= {"grievance.rise", "plans.on"}


def test_rows_carry_every_value_to_the_rules():
    halfway = {name: (EVERY[name][3] + EVERY[name][4]) / 2 for name in NUMBERS if EVERY[name][6] == "real"}
    packed = rows([Params(), with_values(Params(), halfway)])
    for name, value in {**as_dict(Params()), **halfway}.items():
        group, field = name.split(".")
        assert packed[1][group][field] == float(value), name
        assert packed[0][group][field] == float(as_dict(Params())[name]), name


def test_bounds_reach_a_sensitivity_design():
    """The form that SALib wants: all uncertain numbers, no switch, no rule of outcomes."""
    found = problem()
    assert found["num_vars"] == len(found["names"]) == len(found["bounds"])
    assert found["names"] == NUMBERS
    assert found["bounds"] == [[EVERY[name][3], EVERY[name][4]] for name in NUMBERS]
    few = problem(["plans.on", "battle.attrition"])
    assert set(few["names"]) == {"plans.on", "battle.attrition"}


# --- effects --------------------------------------------------------------------------------------------

BLOCK = 100


@functools.cache
def world(scenario):
    """Scenario, land and state."""
    story = load_scenario(scenario)
    return story, *build(story)


def played(scenario, design, seeds, days):
    """Play every set of values in the design with every seed: measures (sets, seeds, days + 1, SERIES) and
    sums of flows (sets, seeds, factions, CODES)."""
    story, land, state = world(scenario)
    base = with_values(Params(), story.params)
    table = rows([with_values(base, values) for values in design for _ in range(seeds)])
    luck = np.array([world_luck(np.uint64(1), np.uint64(k)) for _ in design for k in range(seeds)], np.uint64)
    ledger, kept = empty_ledger(*state.garrisons.shape), []
    for first in range(0, len(luck), BLOCK):
        part, own = table[first : first + BLOCK], luck[first : first + BLOCK]
        kept.append(empty_kept(len(own), days, *state.garrisons.shape, len(state.fronts), "summary"))
        drawn = thresholds(own, state.factions.uid, part)
        many = copies(state, len(own)), copies(land, 1), copies(ledger, len(own))
        play_all(*many, part, own, drawn, 0, days, True, kept[-1])
    shape = (len(design), seeds)
    series = np.concatenate([k.series for k in kept])
    flows = np.concatenate([k.flows for k in kept])
    return series.reshape(*shape, *series.shape[1:]), flows.reshape(*shape, *flows.shape[1:])


@functools.cache
def ends():
    """What comes out at the two bounds of every parameter: {name: (at the low one, at the high one)}."""
    design = [{name: EVERY[name][k]} for name in NUMBERS for k in (3, 4)]
    series, flows = played("january_2014", design, seeds=3, days=100)
    both = np.concatenate([x.reshape(len(design), -1) for x in (series, flows)], axis=1)
    return {name: (both[2 * k], both[2 * k + 1]) for k, name in enumerate(NUMBERS)}


@pytest.mark.parametrize("name", NUMBERS)
def test_every_parameter_moves_something(name):
    """A parameter that changes nothing between its bounds is dead or misspelt."""
    low, high = ends()[name]
    assert not np.array_equal(low, high)


PAIRS, DAYS = 200, 45
LOOKS = (15, 30, 45)  # days on which the measures of the focal faction are compared


@functools.cache
def on_and_off():
    """Measures of each run, as shipped ("") and with each switch off: {name: (pairs, measures)}."""
    series, flows = played("january_2014", [{}, *({name: False} for name in SWITCHES)], PAIRS, DAYS)
    looks = series[:, :, LOOKS].reshape(*series.shape[:2], -1)
    measures = np.concatenate([looks, flows.sum(axis=2)], axis=2)
    return dict(zip(["", *SWITCHES], measures, strict=True))


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_moves_an_outcome(name):
    """On against off at 200 paired seeds: an interval excludes zero, at 95 % over all measures together."""
    difference = on_and_off()[name] - on_and_off()[""]
    mean, error = difference.mean(axis=0), difference.std(axis=0, ddof=1) / np.sqrt(PAIRS)
    looked_at = difference.shape[1]
    assert looked_at == len(LOOKS) * len(SERIES) + len(CODES)
    sure = np.abs(mean) > stats.t.ppf(1 - 0.025 / looked_at, PAIRS - 1) * error
    assert (sure & (error > 0)).any()


@pytest.mark.parametrize("name", RULES_OF_OUTCOMES)
def test_every_rule_of_outcomes_moves_a_class_or_a_measure(name):
    """On many made-up series (and, for presence, on played ones)."""
    if name == "outcomes.presence":
        series, _ = played("january_2014", [{name: EVERY[name][k]} for k in (3, 4)], seeds=2, days=20)
        assert not np.array_equal(series[0], series[1])
        return
    rng = np.random.default_rng(2)
    steps = rng.normal(0.0, 0.06, (2000, 120)).cumsum(axis=1)
    people = np.exp(np.pad(steps, ((0, 0), (1, 0))))
    men = people ** rng.uniform(0.3, 1.2, (2000, 1))
    towns = people ** rng.uniform(1.0, 3.0, (2000, 1))
    field = name.split(".")[1]
    classes = [classify(people, men, towns, Outcomes(**{field: EVERY[name][k]})) for k in (3, 4)]
    assert (classes[0] != classes[1]).any()
