"""Worlds of every size by one compilation, in tables that grow where they are too small."""

import numba
import numpy as np
import pytest
import toy
from numba.core.event import install_recorder

import sim.core.state
from sim import RebelConflict, run_ensemble
from sim.core.kernel import kernel
from sim.core.ledger import empty_ledger
from sim.core.state import COLUMNS, SHAPES, TABLES, empty_state
from sim.core.static import empty_static
from sim.scenario import load_scenario
from sim.scenario.build import build

SIZES = {"towns": 5, "factions": 4, "provinces": 3, "sponsors": 2}


@kernel
def seen_by_rules(state, static, ledger):
    """What a rule sees of three blocks: how long their tables are, and numbers in the middle of them."""
    ledger.used += 2
    long = len(state.towns), state.dyads.shape, len(static.events), static.links.shape, ledger.toll.shape
    return *long, state.dyads[0, 1, 0].war, static.km[1, 0], ledger.used, static.focal


@pytest.mark.uncompiled
def test_rules_see_what_python_sees_in_worlds_of_every_size():
    for t, f, p, links, events in ((2, 2, 1, 1, 0), (5, 4, 3, 2, 7), (70, 60, 9, 11, 500)):
        state, static, ledger = empty_state(t, f, p, 1), empty_static(t, f, links, events), empty_ledger(t, f)
        state.dyads[0, 1, 0].war, static.km[1, 0], static.focal = 1, 2.5, f - 1
        state.dyads[0, 0, 1].war, static.km[0, 1] = 9, 9.0
        toll = ledger.toll.shape
        expected = t, (p, f, f), events, (t, links), toll, 1, 2.5, 2, f - 1
        assert seen_by_rules(state, static, ledger) == expected
        assert ledger.used == 2
    if not numba.config.DISABLE_JIT:
        assert len(seen_by_rules.signatures) == 1


@pytest.mark.uncompiled
def test_a_resized_block_keeps_what_was_in_it():
    state = empty_state(**SIZES)
    for name in TABLES:
        state[name].view(np.uint8).flat[:] = np.arange(state[name].nbytes) % 251
    more = state.resized(columns=COLUMNS + 7, towns=6)
    assert (len(more.columns), len(more.towns), more.garrisons.shape) == (COLUMNS + 7, 6, (6, 4))
    for name in SHAPES:
        inner = tuple(slice(n) for n in state[name].shape)
        assert more[name][inner].tobytes() == state[name].tobytes(), name
    assert not more.towns[5].people
    assert state.resized().tobytes() == state.tobytes()


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
def test_more_towns_factions_and_provinces_compile_nothing():
    run_ensemble(toy.country(), runs=2, days=3, detail="full", progress=False)
    RebelConflict(toy.country(), seed=1).run(2)
    small, large = (build(scenario)[1] for scenario in (toy.country(), load_scenario("january_2014")))
    for table in ("towns", "factions", "fronts", "sponsors"):
        assert len(small[table]) < len(large[table]), table
    with install_recorder("numba:compile") as compiled:
        run_ensemble("january_2014", runs=2, days=3, detail="full", progress=False)
        RebelConflict("january_2014", seed=1).run(2)
    assert compiled.buffer == []


def test_a_full_table_of_columns_grows_and_nobody_is_left_behind(monkeypatch):
    days = 10 if numba.config.DISABLE_JIT else 60
    usual = run_ensemble(toy.country(), runs=2, days=days, detail="daily", progress=False)
    stepped = RebelConflict(toy.country(), seed=1).run(days)
    assert usual.daily["on_road"].max() > 0
    monkeypatch.setattr(sim.core.state, "COLUMNS", 1)
    narrow = run_ensemble(toy.country(), runs=2, days=days, detail="daily", progress=False)
    for name in ("runs", "daily", "control"):
        assert narrow.tables[name].equals(usual.tables[name]), name
    model = RebelConflict(toy.country(), seed=1).run(days)
    assert len(model.state.columns) > 1
    assert model.state.resized(columns=COLUMNS).tobytes() == stepped.state.tobytes()
    assert model.ledger.tobytes() == stepped.ledger.tobytes()
