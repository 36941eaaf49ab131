"""Killed, begun again, filled by several processes at once: to the last bit as if nothing had happened."""

import itertools
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from interrupted import Worker

import sim
from sim._util.locks import discard, lock
from sim.ensemble import engine
from sim.ensemble.design import Setting, make_design
from sim.ensemble.plan import Plan
from sim.ensemble.run import store_of
from sim.ensemble.store import writer

REPO = Path(__file__).parents[2]


def content(folder):
    """Name and content of every table file."""
    return {f.relative_to(folder): f.read_bytes() for f in Path(folder).glob("*/*.parquet")}


def fill_together(kind, folder, count):
    """Several processes at one result; all end well."""
    workers = [Worker(kind, folder) for _ in range(count)]
    codes, said = zip(*(worker.ended() for worker in workers), strict=True)
    assert codes == (0,) * count, "".join(said)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Results of each kind that nothing happened to, made when they are asked for."""
    folder, made = tmp_path_factory.mktemp("undisturbed"), {}

    def get(kind):
        if kind not in made:
            fill_together(kind, folder / kind, 1)
            made[kind] = content(folder / kind)
        return made[kind]

    return get


def shards(folder):
    """How many shards are complete, in the folder or beside it."""
    return len(list(folder.parent.glob("*/shards/*.json")))


def kill_and_resume(kind, folder, kills, moment):
    """Kill a command some times at random moments, then let it end; shards there were after each kill.

    A moment is so many shards more, and a little: on a slow machine as much is done as on a fast one.
    """
    left = [0]
    for _ in range(kills):
        worker = Worker(kind, folder)
        target = left[-1] + moment.randint(0, 10)
        while worker.plays and shards(folder) < target:
            time.sleep(0.005)
        time.sleep(moment.uniform(0.0, 0.1))
        worker.kill()
        code, said = worker.ended()
        assert code in (-9, 0), said
        left.append(shards(folder))
    fill_together(kind, folder, 1)
    return left


@pytest.mark.long
@pytest.mark.parametrize("kind", ["plain", "grid", "design"])
def test_killed_ten_times_at_random_it_ends_as_if_it_had_not_been(kind, undisturbed, tmp_path):
    moment = random.Random(11)
    left = [kill_and_resume(kind, tmp_path / f"{k}" / "killed", 5, moment) for k in range(2)]
    assert any(0 < count < 72 for counts in left for count in counts), left
    for k in range(2):
        assert content(tmp_path / f"{k}" / "killed") == undisturbed(kind)
        assert sim.load_results(tmp_path / f"{k}" / "killed").tables.manifest["complete"]
        assert not list((tmp_path / f"{k}" / "killed" / "shards").glob(".*partial*"))


@pytest.mark.long
def test_old_results_are_whole_until_new_ones_are(undisturbed, tmp_path):
    folder, moment = tmp_path / "killed", random.Random(3)
    sim.run_ensemble(runs=3, days=2, out=folder, progress=False)
    old = content(folder)
    for _ in range(5):
        worker = Worker("replaced", folder)
        time.sleep(moment.uniform(0.0, 0.5))
        worker.kill()
        if worker.ended()[0] == 0:
            break
        assert content(folder) in (old, undisturbed("plain"))
    fill_together("replaced", folder, 1)
    assert content(folder) == undisturbed("plain")
    assert [f.name for f in tmp_path.iterdir()] == ["killed"]


@pytest.mark.parametrize("kind", ["plain", "design"])
def test_two_processes_fill_one_folder(kind, undisturbed, tmp_path):
    fill_together(kind, tmp_path / "shared", 2)
    assert content(tmp_path / "shared") == undisturbed(kind)


@pytest.mark.long
def test_three_processes_at_one_result_ten_times_over(undisturbed, tmp_path):
    for kind in ("design", "plain"):
        for k in range(5):
            fill_together(kind, tmp_path / f"{kind}_{k}", 3)
            assert content(tmp_path / f"{kind}_{k}") == undisturbed(kind)
    sim.run_ensemble(runs=3, days=2, out=tmp_path / "old", progress=False)
    fill_together("replaced", tmp_path / "old", 3)
    assert content(tmp_path / "old") == undisturbed("plain")


def test_a_shard_is_looked_for_where_another_process_has_put_it(tmp_path, monkeypatch):
    """New results take the place of old ones just when somebody looks at a shard of theirs."""
    sim.run_ensemble(runs=3, days=2, out=tmp_path / "old", progress=False)
    plan = Plan(Setting("january_2014", None), runs_per_point=2, days=3)
    mine, other = (store_of(plan, tmp_path / "old").open(overwrite=True) for _ in range(2))
    engine.fill(plan, other, progress=False)
    real = writer.read_receipt

    def put_in_place(*words):
        monkeypatch.setattr(writer, "read_receipt", real)
        receipt = real(*words)
        other.finish()
        return receipt

    monkeypatch.setattr(writer, "read_receipt", put_in_place)
    assert mine.is_done(0)
    assert mine.folder == tmp_path / "old"


def lost(file, wait=False):
    """A lock whose folder goes while it is asked for."""
    raise FileNotFoundError(file)


@pytest.mark.parametrize("in_time", [True, False], ids=["made anew", "gone"])
@pytest.mark.parametrize("step", ["open", "hold", "finish"])
def test_a_lock_is_looked_for_where_another_process_has_put_the_results(step, in_time, tmp_path, monkeypatch):
    """New results take the place of old ones just when somebody asks for a lock of theirs."""
    sim.run_ensemble(runs=3, days=2, out=tmp_path / "old", progress=False)
    plan = Plan(Setting("january_2014", None), runs_per_point=2, days=3)
    mine, other = (store_of(plan, tmp_path / "old").open(overwrite=True) for _ in range(2))
    engine.fill(plan, other, progress=False)
    real = writer.lock

    def put_in_place(file, wait=False):
        monkeypatch.setattr(writer, "lock", real)
        other.finish()
        return (real if in_time else lost)(file, wait)

    monkeypatch.setattr(writer, "lock", put_in_place)
    if step == "open":
        mine.open(overwrite=True)
    elif step == "hold":
        with mine.hold(0) as held:
            assert held
    else:
        mine.finish()
    engine.fill(plan, mine, progress=False)
    mine.finish()
    assert mine.folder == tmp_path / "old"
    assert len(sim.load_results(tmp_path / "old").runs) == 2
    assert [f.name for f in tmp_path.iterdir()] == ["old"]


def test_what_another_process_has_begun_again_is_not_put_in_place(tmp_path):
    sim.run_ensemble(runs=3, days=2, out=tmp_path / "old", progress=False)
    plan = Plan(Setting("january_2014", None), runs_per_point=2, days=3)
    mine = store_of(plan, tmp_path / "old").open(overwrite=True)
    engine.fill(plan, mine, progress=False)
    mine.finish()
    other = store_of(plan, tmp_path / "old").open(overwrite=True)
    mine.finish()
    assert len(sim.load_results(tmp_path / "old").runs) == 2
    engine.fill(plan, other, progress=False)
    other.finish()
    assert [f.name for f in tmp_path.iterdir()] == ["old"]


def test_a_stopped_run_goes_on_where_it_was(tmp_path, monkeypatch):
    design = make_design("grid", {"march.speed": [30, 60, 80]})
    request = {"runs_per_point": 4, "days": 3, "shards": 6, "progress": False}
    played, run_batch = itertools.count(), engine.run_batch

    def stop(*arguments):
        if next(played) == 3:
            raise KeyboardInterrupt
        return run_batch(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(engine, "run_batch", stop)
        with pytest.raises(KeyboardInterrupt):
            sim.run_design(design, out=tmp_path / "stopped", **request)
    with pytest.warns(UserWarning, match="3 of 6 shards are there; run the same command again"):
        assert len(sim.load_results(tmp_path / "stopped").runs) == 6
    monkeypatch.setattr(engine, "run_batch", lambda *arguments: (next(played), run_batch(*arguments)))
    swept = sim.run_design(design, out=tmp_path / "stopped", **request)
    assert next(played) == 7  # four, and three more
    pd.testing.assert_frame_equal(swept.runs, sim.run_design(design, **request | {"shards": None}).runs)


def test_after_ctrl_c_runs_in_memory_are_kept(monkeypatch, capsys):
    played, run_batch = itertools.count(), engine.run_batch

    def stop(*arguments):
        if next(played) == 2:
            raise KeyboardInterrupt
        return run_batch(*arguments)

    monkeypatch.setattr(engine, "run_batch", stop)
    assert len(sim.run_ensemble(runs=200, days=2, progress=False).runs) == 2 * engine.BLOCK
    assert "stopped after" in capsys.readouterr().err


LOCKER = """
import sys, time
from pathlib import Path
from sim._util.locks import discard, lock
file, inside = Path(sys.argv[1]), Path(sys.argv[2])
met = 0
for _ in range(60):
    with lock(file, wait=True):
        try:
            inside.touch(exist_ok=False)
        except FileExistsError:
            met += 1
        time.sleep(0.001)
        inside.unlink(missing_ok=True)
    if len(sys.argv) > 3:
        discard(file)
print(met)
"""


@pytest.mark.parametrize("more", [[], ["discard"]], ids=["kept", "discarded"])
def test_of_three_processes_one_at_a_time_holds_a_lock(more, tmp_path):
    words = [sys.executable, "-c", LOCKER, str(tmp_path / "lock"), str(tmp_path / "inside"), *more]
    env = os.environ | {"PYTHONPATH": str(REPO)}
    workers = [subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [worker.communicate(timeout=120)[0] for worker in workers] == ["0\n"] * 3


def test_a_lock_that_is_held_cannot_be_had_and_is_not_discarded(tmp_path):
    program = "import sys, time\nfrom sim._util.locks import lock\n"
    program += "with lock(sys.argv[1]) as mine:\n    print(mine, flush=True)\n    time.sleep(60)"
    words = [sys.executable, "-c", program, str(tmp_path / "lock")]
    env = os.environ | {"PYTHONPATH": str(REPO)}
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "True\n"
        with lock(tmp_path / "lock") as mine:
            assert not mine
        discard(tmp_path / "lock")
        assert (tmp_path / "lock").exists()
        other.kill()
    with lock(tmp_path / "lock") as mine:
        assert mine
