"""Same numbers as promised, and relations that must hold whatever the numbers are."""

import numpy as np
import pandas as pd
import pytest
from baseline import FILE, rows

from sim.core.outcomes import CLASSES, STATES
from sim.ensemble import run_ensemble


@pytest.fixture(scope="module")
def ensemble():
    """A few runs in full."""
    return run_ensemble(runs=4, seed=3, days=60, detail="full", progress=False)


def test_numbers_are_those_of_the_baseline():
    assert rows() == FILE.read_text(), "numbers changed: tests/baseline.py, results/CHANGES.md, trailer"


def test_every_holder_is_somebody(ensemble):
    known = {*ensemble.scenario.faction_ids, "none", "contested"}
    assert set(ensemble.control["holder"].astype(str)) <= known


def test_towns_of_all_factions_are_the_towns_somebody_holds(ensemble):
    control = ensemble.control_on(ensemble.days)
    held = control[~control["holder"].isin(["none", "contested"])].groupby("run").size()
    last = ensemble.daily[ensemble.daily["day"] == ensemble.days]
    assert (last.groupby("run")["towns"].sum() == held).all()


def test_focal_series_and_daily_table_agree(ensemble):
    isis = ensemble.daily[ensemble.daily["faction"] == "isis"]
    for column in ("towns", "people", "men", "bombings"):
        assert np.array_equal(isis[column], ensemble.focal[column]), column


def test_no_measure_is_stuck(ensemble):
    daily = ensemble.daily
    stuck = [c for c in daily.columns if c not in ("run", "day", "faction") and daily[c].nunique() < 2]
    assert not stuck


def test_whoever_fights_is_there_and_at_war(ensemble):
    fights = ensemble.engagements
    assert (fights["faction_a"].astype(str) < fights["faction_b"].astype(str)).all()
    assert fights["day"].between(1, ensemble.days).all()


def test_classes_are_known(ensemble):
    assert ensemble.runs["outcome"].isin(CLASSES).all()
    for state in ("state", "state_by_ground"):
        assert ensemble.runs[state].isin(STATES).all()


@pytest.fixture(scope="module")
def january():
    """100 runs of January to March: towns of a list that ISIS holds on a day, by run; and the runs."""
    runs = run_ensemble(runs=100, seed=1, days=88, detail="daily", progress=False)

    def held(towns, day):
        table = runs.control_on(day)
        mine = table[(table["holder"] == "isis") & table["town"].isin(towns)]
        return mine.groupby("run").size().reindex(range(100), fill_value=0)

    return runs, held


CORE = ["al_bab", "jarabulus", "raqqa", "tell_abyad"]


def test_january_runs_as_the_record_does_in_outline(january):
    """The pattern the model exists for, in most of 100 runs: west lost, east shaken; retaken: see below."""
    runs, held = january
    west = held(["al_dana", "atmeh", "saraqib"], 29)
    # the fewest from 6 to 12 January, as the record tells it (target C2a)
    shaken = pd.concat([held(CORE, day) for day in range(4, 11)], axis=1).min(axis=1)
    dead = runs.focal[runs.focal["day"] == 13][["dead_focal", "dead_rebels", "dead_civilians"]].sum(axis=1)
    assert west.median() == 0
    assert shaken.median() <= 2
    assert 1069 / 2 <= dead.median() <= 1069 * 2


@pytest.mark.xfail(
    strict=True, reason="Raqqa and Tell Abyad: see experiments/02_record, what did not come right"
)
def test_most_of_the_east_is_retaken_by_the_end_of_january(january):
    assert january[1](CORE, 29).median() >= 3


def test_the_east_is_shaken_on_the_tenth(january):
    """On 10 January itself ISIS holds at most half of the four towns of its core."""
    assert january[1](CORE, 8).median() <= 2
