"""Sweeps on disk: whatever is killed, filled up, shared or damaged, nothing is lost, mixed or made up."""

import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd
import polars
import pytest

import sim
from sim.ensemble.design import DesignError, make_design
from sim.ensemble.store.numbering import shard_rows, shards_of
from sim.ensemble.store.results import ResultsError

REPO = Path(__file__).parents[2]
OVER = {"march.speed": [30, 45, 60], "plans.pursuit": [0, 0.5, 1], "scenario": ["truce", "january_2014"]}
DESIGN = make_design("grid", OVER)
SMALL = {"runs_per_point": 4, "seed": 0, "days": 8, "progress": False}
SORTED = ["point", "run", "day"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An uninterrupted sweep in six shards."""
    folder = tmp_path_factory.mktemp("whole") / "sweep"
    sim.run_design(DESIGN, out=folder, shards=6, detail="daily", **SMALL)
    return folder


@pytest.fixture
def copy(whole, tmp_path):
    """A copy that a test may damage."""
    shutil.copytree(whole, tmp_path / "copy")
    return tmp_path / "copy"


def again(folder, **other):
    """Start the same sweep once more."""
    return sim.run_design(DESIGN, out=folder, **{"shards": 6, "detail": "daily", **SMALL, **other})


def same(one, other):
    """Whether two sweeps have the same tables to the last digit."""
    assert set(one.tables) == set(other.tables) == {"runs", "focal", "daily", "control", "alignment"}
    for name in one.tables:
        pd.testing.assert_frame_equal(one.tables[name], other.tables[name], check_exact=True)
    return True


def content(folder):
    """Name and content of every table file of a sweep."""
    return {f.relative_to(folder): f.read_bytes() for f in Path(folder).glob("*/*.parquet")}


@pytest.mark.parametrize(("shards", "runs"), [(1, 5), (5, 5), (3, 10), (7, 1000)])
def test_shards_share_out_all_runs(shards, runs):
    edges = [shard_rows(k, shards, runs) for k in range(shards)]
    assert edges[0][0] == 0
    assert edges[-1][1] == runs
    assert all(one[1] == other[0] and one[0] < one[1] for one, other in itertools.pairwise(edges))
    for point in range(runs):
        here = [k for k, (first, end) in enumerate(edges) if first <= point < end]
        assert shards_of([point], shards, runs, 1) == here


def test_on_disk_is_what_is_in_memory(whole):
    in_memory = sim.run_design(DESIGN, detail="daily", **SMALL)
    kept = sim.load_results(whole)
    assert same(kept, in_memory)
    pd.testing.assert_frame_equal(kept.points, in_memory.points)
    assert kept.tables.manifest["complete"]
    assert len(list((whole / "runs").iterdir())) == 6


@pytest.mark.parametrize("shards", [1, 7])
def test_the_number_of_shards_changes_no_number(whole, shards, tmp_path):
    kept = sim.load_results(whole)
    assert same(again(tmp_path / "other", shards=shards), kept)


@pytest.mark.parametrize("shards", [0, -1, 73, 1.5])
def test_a_senseless_number_of_shards_is_refused(shards, tmp_path):
    with pytest.raises(DesignError, match=r"design\.shards=.*: expected a whole number from 1 to 72"):
        again(tmp_path / "other", shards=shards)
    assert list(tmp_path.iterdir()) == []


def test_what_is_complete_is_not_played_again(copy):
    before = {f: f.stat().st_mtime_ns for f in copy.rglob("*") if f.is_file() and f.suffix != ".lock"}
    again(copy)
    assert before == {f: f.stat().st_mtime_ns for f in before}


def test_a_lost_shard_is_played_again(copy, whole):
    (copy / "shards" / "00002.json").unlink()
    (copy / "daily" / "00004.parquet").unlink()
    with pytest.warns(UserWarning, match="5 of 6 shards are there; start the same sweep again"):
        some = sim.load_results(copy)
    assert len(some.runs) == 60
    assert content(copy) != content(whole)
    again(copy)
    assert content(copy) == content(whole)


def test_points_are_read_from_their_shards_alone(copy):
    for shard in (0, 1, 2, 4, 5):
        for file in copy.glob(f"*/0000{shard}.parquet"):
            file.write_bytes(b"damaged")
    inside = sim.load_results(copy, points=10)
    assert inside.scenario.name == DESIGN.points.loc[10, "scenario"]
    assert inside.daily["run"].unique().tolist() == [0, 1, 2, 3]
    with pytest.raises(ResultsError, match=r"daily/00000\.parquet is damaged"):
        _ = sim.load_results(copy, points=[0, 10]).daily


def test_a_filter_by_point_is_the_same_rows(whole):
    kept = sim.load_results(whole)
    wanted = kept.points["march.speed"] == 60
    some = sim.load_results(whole, points=wanted)
    rows = kept.control["point"].isin(wanted.index[wanted])
    pd.testing.assert_frame_equal(some.control, kept.control[rows].reset_index(drop=True))


def test_other_tools_open_the_tables_as_they_are(whole):
    kept = sim.load_results(whole)
    dead = kept.runs["dead_isis"]
    joined = f"'{whole}/runs/*.parquet' join '{whole}/design.parquet' using (point)"
    sql = f"select count(*), sum(dead_isis) from {joined}"
    assert duckdb.sql(sql).fetchall() == [(72, dead.sum())]
    assert polars.read_parquet(whole / "runs")["dead_isis"].to_list() == dead.tolist()
    assert (
        polars.scan_parquet(whole / "daily").filter(polars.col("point") == 3).collect().height == 4 * 9 * 17
    )
    frame = pd.read_parquet(whole / "runs").merge(pd.read_parquet(whole / "design.parquet"), on="point")
    assert frame.groupby("march.speed").size().tolist() == [24, 24, 24]


@pytest.mark.parametrize("damage", [b"", b"PAR1 and no more"])
def test_a_damaged_file_is_named(copy, damage):
    (copy / "focal" / "00003.parquet").write_bytes(damage)
    with pytest.raises(ResultsError, match=r"focal/00003\.parquet is damaged .*remove .*shards/00003\.json"):
        _ = sim.load_results(copy).focal
    again(copy)  # a file of another size than was written is no longer complete
    assert len(sim.load_results(copy).focal) == 72 * 9


def test_a_damaged_receipt_manifest_or_design_is_named(copy):
    (copy / "shards" / "00001.json").write_text('{"shard": 1')
    with pytest.raises(ResultsError, match=r"shards/00001\.json is damaged"):
        sim.load_results(copy)
    (copy / "shards" / "00001.json").unlink()
    (copy / "design.parquet").write_bytes(b"PAR1")
    with (
        pytest.raises(ResultsError, match=r"design\.parquet is damaged"),
        pytest.warns(UserWarning, match="5 of 6"),
    ):
        sim.load_results(copy)
    (copy / "manifest.json").write_text("{")
    with pytest.raises(ResultsError, match=r"manifest\.json is damaged"):
        sim.load_results(copy)


OTHERS = {
    "seed": ({"seed": 1}, "seed 0 there, 1 here"),
    "days": ({"days": 9}, "days 8 there, 9 here"),
    "parameters": ({"params": {"march.on": False}}, "params "),
    "scenario": ({"scenario": "pursuit"}, "scenarios.pursuit None there, "),
    "shards": ({"shards": 5}, "shards 6 there, 5 here"),
}


@pytest.mark.parametrize(("other", "said"), OTHERS.values(), ids=list(OTHERS))
def test_another_sweep_is_refused_and_not_mixed_in(copy, other, said):
    before = content(copy)
    with pytest.raises(ResultsError, match="holds a sweep that was begun otherwise") as refused:
        again(copy, **other)
    assert said in str(refused.value)
    assert content(copy) == before


def test_other_code_is_refused(copy):
    file = copy / "manifest.json"
    said = json.loads(file.read_text())
    said["identity"] |= {"code": "0" * 16, "hash": "1" * 16}
    file.write_text(json.dumps(said))
    with pytest.raises(ResultsError, match="code 0000000000000000 there"):
        again(copy)
    with pytest.raises(ResultsError, match=r"shards/00000\.json is of another sweep"):
        sim.load_results(copy)


def test_a_shard_of_other_code_is_not_mixed_in(copy):
    file = copy / "shards" / "00002.json"
    file.write_text(file.read_text().replace(json.loads(file.read_text())["identity"], "0" * 16))
    with pytest.raises(
        ResultsError, match=r"shards/00002\.json is of other code, another scenario or another"
    ):
        again(copy)


def test_results_of_one_world_are_not_mixed_in(tmp_path):
    sim.run_ensemble(runs=2, days=2, out=tmp_path / "one", progress=False)
    with pytest.raises(ResultsError, match="holds other results already"):
        again(tmp_path / "one")
    swept = again(tmp_path / "one", overwrite=True)
    assert len(swept.runs) == 72
    with pytest.raises(ResultsError, match="holds results already"):
        sim.run_ensemble(runs=2, days=2, out=tmp_path / "one", progress=False)


def test_an_impossible_point_is_kept_with_its_error(tmp_path):
    design = make_design("list", {"march.speed": [30, 900, 60]})
    swept = sim.run_design(design, out=tmp_path / "s", shards=3, runs_per_point=2, days=2, progress=False)
    assert swept.failures.index.tolist() == [1]
    assert swept.failures.loc[1, "error"].startswith("params.march.speed = 900.0 km/day is outside [25, 90]")
    assert swept.runs["point"].tolist() == [0, 0, 2, 2]
    with pytest.raises(ValueError, match=r"point 1 could not be played: params\.march\.speed = 900"):
        swept.at(1)
    assert swept.tables.manifest["complete"]


# --- other processes ------------------------------------------------------------------------------------

PROGRAM = f"""
import sys, sim
from sim.ensemble.design import make_design
design = make_design("grid", {OVER})
run_design = sim.run_design
sim.run_ensemble(runs=1, days=1, detail="daily", progress=False)  # what is compiled is loaded
print("ready", flush=True)
run_design(design, out=sys.argv[1], shards=int(sys.argv[2]), detail="daily", **{SMALL})
"""


def start(folder, shards, **settings):
    """The same sweep in a process of its own."""
    command = [sys.executable, "-c", PROGRAM, str(folder), str(shards)]
    env = os.environ | {"PYTHONPATH": str(REPO)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=env, **pipes, **settings)


def test_killed_ten_times_at_random_it_ends_as_if_it_had_not_been(whole, tmp_path):
    moment, left = random.Random(7), []
    for k in range(10):
        folder = tmp_path / f"killed_{k // 5}"  # five kills of one sweep, then five of another
        worker = start(folder, 72)
        worker.stdout.readline()
        time.sleep(moment.uniform(0.0, 1.2))
        worker.kill()
        _, said = worker.communicate()
        assert worker.returncode in (-9, 0), said
        left.append(len(list(folder.glob("shards/*.json"))))
    assert any(0 < count < 72 for count in left), left
    for k in (0, 1):
        assert same(again(tmp_path / f"killed_{k}", shards=72), sim.load_results(whole))


def test_two_processes_fill_one_folder(whole, tmp_path):
    workers = [start(tmp_path / "shared", 72) for _ in range(2)]
    for worker in workers:
        _, said = worker.communicate(timeout=120)
        assert worker.returncode == 0, said
    assert same(sim.load_results(tmp_path / "shared"), sim.load_results(whole))


@pytest.fixture
def mounted(tmp_path):
    """A file system of one's own, mounted as asked, if that is allowed here."""
    places = []

    def mount(name, options):
        place = tmp_path / name
        place.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True, text=True
        )
        if done.returncode != 0:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_named_and_loses_nothing(whole, mounted):
    full = mounted("full", "size=160k") / "sweep"
    with pytest.raises(ResultsError, match=r"cannot write .*full/sweep/.*: No space left on device"):
        again(full)
    done = len(list(full.glob("shards/*.json")))
    assert 0 < done < 6
    assert not list(full.glob("shards/.*partial*"))
    subprocess.run(["mount", "-o", "remount,size=10m", full.parent], check=True)
    assert same(again(full), sim.load_results(whole))


def test_a_read_only_folder_is_named(mounted):
    locked = mounted("locked", "ro") / "sweep"
    with pytest.raises(ResultsError, match=r"cannot write results to .*locked/sweep: Read-only file system"):
        again(locked)
