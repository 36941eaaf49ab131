"""One world, however it is played: stepped or swept, on one core or two, compiled or not, alone or many."""

import hashlib
import json
import multiprocessing
import os
import random
import subprocess
import sys
from functools import partial
from pathlib import Path

import numba
import numpy as np
import pandas as pd
import pytest
import toy

import sim.ensemble
from sim.core.day import day
from sim.core.initial import initialize_run, thresholds
from sim.core.ledger import empty_ledger
from sim.core.measures import SERIES, SERIES_ROW, series, stored_type
from sim.core.processes.manpower import manpower
from sim.core.rng import run_key
from sim.ensemble import run_ensemble
from sim.ensemble.engine import BLOCK
from sim.model import RebelConflict
from sim.params import Params, rows, with_values
from sim.scenario.build import build

SUMS = ("flows", "money", "toll", "lost_towns", "won_towns", "fights")
HERE = Path(__file__).parents[1]


def swept(monkeypatch, scenario, **options):
    """Tables of an ensemble with the final state and ledger of every run."""
    ends, run_batch = [], sim.ensemble.engine.run_batch

    def spy(states, statics, ledgers, *rest, **options):
        run_batch(states, statics, ledgers, *rest, **options)
        ends.extend(zip(states, ledgers, strict=True))

    with monkeypatch.context() as patch:
        patch.setattr(sim.ensemble.engine, "run_batch", spy)
        ensemble = run_ensemble(scenario, progress=False, **options)
    return ensemble, ends


def stepped(scenario, *, seed, run, days):
    """A model at its end, and the measures of the focal faction on every evening."""
    model = RebelConflict(scenario, seed=seed, run=run, days=days)
    seen = np.zeros(days + 1, SERIES_ROW)
    series(model.state, model.static, model.ledger, model.params_row, seen[0])
    for now in range(1, days + 1):
        model.step()
        series(model.state, model.static, model.ledger, model.params_row, seen[now])
    return model, seen


def same_tables(one, other):
    """Assert that two ensembles hold the same tables."""
    assert sorted(one.tables) == sorted(other.tables)
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name], check_exact=True, obj=name)


# --- stepped and swept ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 1, 2**40 + 7])
@pytest.mark.parametrize(("scenario", "days"), [("toy", 60), ("january_2014", 25)])
def test_stepped_world_is_the_swept_run(monkeypatch, scenario, days, seed):
    """State and ledger at the end to the last bit; the measures of every evening."""
    scenario = toy.country() if scenario == "toy" else scenario
    ensemble, ends = swept(monkeypatch, scenario, runs=3, seed=seed, days=days, detail="full")
    for run in (0, 2):
        model, seen = stepped(scenario, seed=seed, run=run, days=days)
        state, ledger = ends[run]
        assert state.tobytes() == model.state.tobytes()
        for name in SUMS:
            assert ledger[name].tobytes() == getattr(model.ledger, name).tobytes(), name
        rows_of_run = ensemble.focal[ensemble.focal["run"] == run]
        for name, measure in SERIES.items():
            assert (rows_of_run[name] == seen[name].astype(stored_type(measure))).all(), name
    assert ends[0][0].tobytes() != ends[1][0].tobytes()


def test_a_replayed_run_is_that_run(monkeypatch):
    ensemble, ends = swept(monkeypatch, toy.country(), runs=3, seed=4, days=20)
    assert ensemble.replay(2).state.tobytes() == ends[2][0].tobytes()


def test_what_is_kept_for_explaining_changes_nothing():
    worlds = [
        RebelConflict(toy.country(), seed=9, explain=told).run(30).state.tobytes() for told in (True, False)
    ]
    assert worlds[0] == worlds[1]


def test_no_generator_is_touched():
    """Neither Mesa's own, nor Python's, nor numpy's."""
    model = RebelConflict(toy.country(), seed=3)

    def generators():
        return model.random.getstate(), repr(model.rng.bit_generator.state), random.getstate(), np_state()

    def np_state():
        return repr(np.random.get_state(legacy=False))  # noqa: NPY002

    before = generators()
    model.run(5)
    run_ensemble(toy.country(), runs=2, days=5, progress=False)
    assert generators() == before


# --- among many -----------------------------------------------------------------------------------------


def test_run_k_is_the_same_however_many_there_are():
    """Across the edge of a block of runs too."""
    many = run_ensemble(toy.country(), runs=BLOCK + 3, seed=2, days=20, detail="full", progress=False)
    few = run_ensemble(toy.country(), runs=2, seed=2, days=20, detail="full", progress=False)
    for name, table in few.tables.items():
        among = many.tables[name]
        pd.testing.assert_frame_equal(among[among["run"] < 2].reset_index(drop=True), table, check_exact=True)
    last = run_ensemble(toy.country(), runs=BLOCK + 2, seed=2, days=20, progress=False).runs
    pd.testing.assert_frame_equal(many.runs.head(BLOCK + 2), last, check_exact=True)


def test_no_two_runs_are_alike(monkeypatch):
    _, ends = swept(monkeypatch, toy.country(), runs=20, seed=2, days=20)
    assert len({state.tobytes() for state, _ in ends}) == 20


def test_another_ensemble_of_the_same_seed_is_the_same(monkeypatch):
    one, ends = swept(monkeypatch, toy.country(), runs=5, seed=8, days=20, detail="full")
    two, again = swept(monkeypatch, toy.country(), runs=5, seed=8, days=20, detail="full")
    same_tables(one, two)
    assert [s.tobytes() for s, _ in ends] == [s.tobytes() for s, _ in again]


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="uncompiled code runs on one thread")
def test_threads_change_nothing(monkeypatch):
    swept_by, request = {}, {"runs": 25, "seed": 5, "days": 40, "detail": "full"}
    for threads in (1, 2, 3):
        with monkeypatch.context() as patch:
            pool, pools = sim.core.batch.ThreadPoolExecutor, []
            made = partial(lambda pool, pools, n: pools.append(n) or pool(n), pool, pools)
            patch.setattr(sim.core.batch, "ThreadPoolExecutor", made)
            swept_by[threads] = swept(monkeypatch, toy.country(), **request, threads=threads)
            assert pools == ([] if threads == 1 else [threads])
    tables, ends = swept_by[1]
    for others, other_ends in (swept_by[2], swept_by[3]):
        same_tables(tables, others)
        assert [(s.tobytes(), b.tobytes()) for s, b in ends] == [
            (s.tobytes(), b.tobytes()) for s, b in other_ends
        ]


def outcomes(seed):
    """Rows of four runs, as text: what a worker of a pool sends back."""
    return run_ensemble(toy.country(), runs=4, seed=seed, days=20, progress=False).runs.to_csv()


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_pool_forked_after_a_run_runs_too():
    """What pools of EMA Workbench, pyabc and multiprocessing do; numba's own threads would hang there."""
    here = [outcomes(seed) for seed in (1, 2)]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(outcomes, (1, 2)).get(timeout=120) == here


def test_detail_changes_no_run():
    tables = [
        run_ensemble(toy.country(), runs=4, days=20, detail=d, progress=False).runs
        for d in ("summary", "full")
    ]
    pd.testing.assert_frame_equal(*tables, check_exact=True)


def test_runs_go_on_from_a_stepped_world_as_it_would():
    """All futures of one past; the one with the past's own luck is the stepped one's."""
    model = RebelConflict(toy.country(), seed=6, run=1).run(10)
    before = model.state.tobytes()
    futures = run_ensemble(start=model, runs=3, seed=6, days=10, detail="daily", progress=False)
    assert model.state.tobytes() == before
    model.run(10)
    own = futures.focal[(futures.focal["run"] == 1) & (futures.focal["day"] == 10)].iloc[0]
    seen = np.zeros(1, SERIES_ROW)[0]
    series(model.state, model.static, empty_ledger(*model.state.garrisons.shape), model.params_row, seen)
    held = [name for name in SERIES if not name.startswith(("dead", "executed", "bombings"))]
    assert own[held].tolist() == [int(seen[name]) for name in held]


# --- compiled and not -----------------------------------------------------------------------------------


def fingerprint(scenario, seeds, days):
    """Hash of every table of state and every sum of the ledger, for each seed, evening by evening."""
    p, out = rows([with_values(Params(), scenario.params)])[0], {}
    for seed in seeds:
        static, state = build(scenario)
        key, ledger = (
            np.uint64(run_key(np.uint64(seed), np.uint64(0))),
            empty_ledger(*state.garrisons.shape),
        )
        state = initialize_run(static, state, p, key, ledger)
        for now in range(days + 1):
            if now > 0:
                day(state, static, ledger, p, key, now)
            for table in state.dtype.names:
                out[f"seed {seed}, day {now}, {table}"] = digest(state[table])
            for table in SUMS:
                out[f"seed {seed}, day {now}, ledger {table}"] = digest(ledger[table])
    return out


def digest(table):
    return hashlib.sha256(np.ascontiguousarray(table).tobytes()).hexdigest()


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing to compare with")
def test_compiled_is_uncompiled():
    """Ten days of the made-up country for three seeds, table by table."""
    code = (
        "import json, toy; from test_sameness import fingerprint; "
        "print(json.dumps(fingerprint(toy.country(), (0, 1, 2), 10)))"
    )
    paths = os.pathsep.join(
        [str(HERE), str(HERE / "contracts"), str(HERE.parent), os.environ.get("PYTHONPATH", "")]
    )
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": paths}
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, timeout=300
    ).stdout
    plain, compiled = json.loads(told.splitlines()[-1]), fingerprint(toy.country(), (0, 1, 2), 10)
    assert [what for what, value in compiled.items() if plain[what] != value] == []


# --- common random numbers ------------------------------------------------------------------------------


def evening(scenario, key, days=3):
    """A state in the middle of the war."""
    static, state = build(scenario)
    p, ledger = rows([Params()])[0], empty_ledger(*state.garrisons.shape)
    state = initialize_run(static, state, p, key, ledger)
    for now in range(1, days + 1):
        day(state, static, ledger, p, key, now)
    return static, state


def test_a_changed_parameter_leaves_the_other_draws_alone():
    """More foreign fighters for one faction: everybody else's recruits and deserters stay the same men."""
    key = np.uint64(run_key(np.uint64(3), np.uint64(0)))
    static, state = evening(toy.country(), key)
    static.places.border[0], state.towns.open[0], static.kinds.foreigners[static.focal] = 1, 1, 0.7
    few, many = (rows([with_values(Params(), {"manpower.foreigners": n})])[0] for n in (5.0, 26.0))
    seen = 0
    for now in range(4, 24):
        grown = []
        for p in (few, many):
            after = state.copy()
            manpower(after, static, empty_ledger(*state.garrisons.shape), key, now, p.manpower)
            grown.append(after.garrisons["local"] + after.garrisons["mobile"])
        came = np.argwhere(grown[0] != grown[1])
        seen += len(came)
        assert (static.kinds.foreigners[came[:, 1]] > 0).all()
        assert (grown[1] >= grown[0]).all()
    assert seen > 0


def test_more_recruits_are_the_same_ones_and_more():
    """Raising a rate takes no recruit away from any garrison."""
    key = np.uint64(run_key(np.uint64(3), np.uint64(0)))
    static, state = evening(toy.country(), key)
    men = []
    for rate in (0.1, 0.4, 1.0):
        p = rows([with_values(Params(), {"manpower.recruits": rate, "manpower.desertion": 0.0002})])[0]
        p.manpower.desertion = 0.0
        after = state.copy()
        manpower(after, static, empty_ledger(*state.garrisons.shape), key, 4, p.manpower)
        men.append(after.garrisons["local"] + after.garrisons["mobile"])
    assert (np.diff(men, axis=0) >= 0).all()
    assert (men[2] > men[0]).any()


def test_thresholds_keep_their_order_when_their_spread_changes():
    key = np.array([run_key(np.uint64(1), np.uint64(k)) for k in range(50)], np.uint64)
    uids = build(toy.country())[1].factions["uid"].astype(np.int64)
    table = rows([with_values(Params(), {"alignment.threshold_sd": sd}) for sd in (0.05, 0.2)])
    narrow, wide = (thresholds(key, uids, np.repeat(table[k : k + 1], 50).view(np.recarray)) for k in (0, 1))
    assert (np.argsort(narrow, axis=None) == np.argsort(wide, axis=None)).all()
    assert ((narrow > 0) & (narrow < 1)).all()
