"""Results on disk: whatever is damaged, edited or replaced, nothing is lost, mixed or made up."""

import itertools
import json
import shutil
import subprocess

import duckdb
import numpy as np
import pandas as pd
import polars
import pytest
from sealing import reseal

import sim
from sim.ensemble.design import DesignError, make_design
from sim.ensemble.store import writer
from sim.ensemble.store.layout import TABLES, ResultsError
from sim.ensemble.store.manifest import origin
from sim.ensemble.store.receipts import shard_rows, shards_of
from sim.params import Params

OVER = {"march.speed": [30, 45, 60], "plans.pursuit": [0, 0.5, 1], "scenario": ["truce", "january_2014"]}
DESIGN = make_design("grid", OVER)
SMALL = {"runs_per_point": 4, "seed": 0, "days": 8, "progress": False}
PLAIN = {"runs": 6, "days": 8, "detail": "full", "progress": False}


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


@pytest.fixture(scope="module")
def ensemble():
    """A few short runs of one world, with every table."""
    return sim.run_ensemble(**PLAIN)


@pytest.fixture(scope="module")
def one_world(ensemble, tmp_path_factory):
    """The same, on disk."""
    folder = tmp_path_factory.mktemp("one_world") / "runs"
    sim.run_ensemble(**PLAIN, out=folder)
    return folder


@pytest.fixture
def plain(one_world, tmp_path):
    """A copy that a test may damage."""
    shutil.copytree(one_world, tmp_path / "plain")
    return tmp_path / "plain"


def everything(folder):
    """Every file of a folder, with its content."""
    return {f.relative_to(folder): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def again(folder, **other):
    """Start the same design once more."""
    return sim.run_design(DESIGN, out=folder, **{"shards": 6, "detail": "daily", **SMALL, **other})


def same(one, other):
    """Whether two sweeps have the same tables to the last digit."""
    assert set(one.tables) == set(other.tables) == {"runs", "focal", "daily", "control", "alignment"}
    for name in one.tables:
        pd.testing.assert_frame_equal(one.tables[name], other.tables[name], check_exact=True)
    return True


def content(folder):
    """Name and content of every table file of a sweep."""
    return {f.relative_to(folder): f.read_bytes() for f in folder.glob("*/*.parquet")}


@pytest.mark.parametrize(("shards", "runs"), [(1, 5), (5, 5), (3, 10), (7, 1000)])
def test_shards_share_out_all_runs(shards, runs):
    edges = [shard_rows(k, shards, runs) for k in range(shards)]
    assert edges[0][0] == 0
    assert edges[-1][1] == runs
    assert all(one[1] == other[0] and one[0] < one[1] for one, other in itertools.pairwise(edges))
    for place in range(runs):
        here = [k for k, (first, end) in enumerate(edges) if first <= place < end]
        assert shards_of([place], shards, runs) == here


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
    with pytest.warns(UserWarning, match="5 of 6 shards are there; run the same command again"):
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
    "parameters": ({"params": {"march.on": False}}, "params.march.on True there, False here"),
    "scenario": ({"scenario": "pursuit"}, "scenario.name january_2014 there, pursuit here"),
    "runs": ({"runs_per_point": 5}, "runs 72 there, 90 here"),
    "draw": ({"draw": "posterior"}, "draw None there, "),
    "shards": ({"shards": 5}, "shards 6 there, 5 here"),
}


@pytest.mark.parametrize(("other", "said"), OTHERS.values(), ids=list(OTHERS))
def test_another_sweep_is_refused_and_not_mixed_in(copy, other, said):
    before = content(copy)
    with pytest.raises(ResultsError, match="holds other results") as refused:
        again(copy, **other)
    assert said in str(refused.value)
    assert content(copy) == before


def test_other_code_is_refused(copy):
    reseal(copy, code="0" * 16)
    with pytest.raises(ResultsError, match="code 0000000000000000 there"):
        again(copy)


def test_a_shard_of_other_code_is_not_mixed_in(copy):
    file = copy / "shards" / "00002.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"identity": "0" * 16}))
    for use in (again, sim.load_results):
        with pytest.raises(ResultsError, match=r"shards/00002\.json is of other code, another scenario or"):
            use(copy)


EDITED = {
    "a shard hidden": {"shards": 5},
    "many shards": {"shards": 10**9},
    "runs": {"runs": 36},
    "runs and runs a point": {"runs": 36, "runs_per_point": 2},
    "points and runs": {"points": 9, "runs": 36},
    "detail": {"detail": "everything"},
    "seed": {"seed": "one"},
    "no points": {"points": 0, "runs": 0},
}


@pytest.mark.parametrize("edits", EDITED.values(), ids=list(EDITED))
def test_an_edited_manifest_is_refused_in_a_sentence(copy, edits):
    file = copy / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | edits))
    with pytest.raises(ResultsError, match=r"manifest\.json was changed after it was written") as refused:
        sim.load_results(copy)
    assert len(str(refused.value).splitlines()) == 1
    reseal(copy, **edits)  # by someone who knows of the hash
    with pytest.raises(ResultsError, match="copy") as refused:
        _ = sim.load_results(copy).points
    assert len(str(refused.value).splitlines()) == 1


def test_an_edit_of_what_made_it_is_refused_as_well(copy):
    file = copy / "manifest.json"
    file.write_text(file.read_text().replace('"edited": ', '"edited": null, "was": '))
    with pytest.raises(ResultsError, match=r"manifest\.json was changed after it was written"):
        sim.load_results(copy)


def test_a_receipt_that_counts_other_runs_is_refused(copy):
    file = copy / "shards" / "00002.json"
    said = json.loads(file.read_text())
    said["files"]["runs/00002.parquet"]["rows"] -= 1
    file.write_text(json.dumps(said))
    with pytest.raises(ResultsError, match=r"00002\.json counts 11 runs; the manifest says 12"):
        sim.load_results(copy)


@pytest.mark.parametrize("text", ["[]", "{}", '{"shard": 2, "files": []}', '{"shard": 2', "[" * 10**5])
def test_a_malformed_receipt_is_named(copy, text):
    (copy / "shards" / "00002.json").write_text(text)
    with pytest.raises(ResultsError, match=r"shards/00002\.json is damaged: .*remove it, and run the same"):
        sim.load_results(copy)


def test_results_of_one_world_and_of_a_design_are_not_mixed(plain, copy):
    before = everything(plain)
    with pytest.raises(ResultsError, match="holds other results"):
        again(plain)
    assert everything(plain) == before
    assert len(again(plain, overwrite=True).runs) == 72
    with pytest.raises(ResultsError, match="holds other results"):
        sim.run_ensemble(runs=2, days=2, out=copy, progress=False)


# --- one world ------------------------------------------------------------------------------------------


def test_one_world_on_disk_is_what_is_in_memory(ensemble, one_world):
    kept = sim.load_results(one_world)
    assert (kept.seed, kept.days, kept.detail) == (ensemble.seed, ensemble.days, ensemble.detail)
    assert (kept.params, kept.points, kept.failures) == (ensemble.params, None, None)
    assert kept.scenario.hash == ensemble.scenario.hash
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(kept, name), getattr(ensemble, name), check_exact=True)
    assert "point" not in kept.runs


def test_an_ensemble_in_memory_can_be_kept(ensemble, tmp_path):
    sim.ensemble.save_results(ensemble, tmp_path / "kept")
    kept = sim.load_results(tmp_path / "kept")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(kept, name), getattr(ensemble, name), check_exact=True)
    with pytest.raises(ResultsError, match="holds other results"):
        sim.ensemble.save_results(sim.run_ensemble(runs=2, days=2, progress=False), tmp_path / "kept")


def test_manifest_tells_what_made_it(plain):
    about = json.loads((plain / "manifest.json").read_text())
    assert about["version"] == sim.__version__
    assert about["scenario"]["hash"] == sim.load_scenario().hash
    assert about["params"]["march.speed"] == Params().march.speed
    assert about["packages"]["numpy"] == np.__version__
    assert set(about["git"]) == {"commit", "edited"}


GONE = {"name": "gone", "hash": "0", "parents": []}
DAMAGE = {
    "no manifest": (lambda f: (f / "manifest.json").unlink(), r"holds no results: manifest\.json is missing"),
    "half a manifest": (lambda f: (f / "manifest.json").write_text('{"sche'), r"manifest\.json is damaged"),
    "another schema": (lambda f: (f / "manifest.json").write_text('{"schema": 99}'), r"has schema 99"),
    "no object": (lambda f: (f / "manifest.json").write_text("[]"), r"manifest\.json is damaged: expected"),
    "no scenario": (lambda f: reseal(f, "scenario"), r"manifest\.json .* no key scenario; expected an obj"),
    "a seed in words": (
        lambda f: reseal(f, seed="one"),
        r'manifest\.json .* seed is "one"; expected a whole',
    ),
    "unknown parameter": (
        lambda f: reseal(f, overrides={"a.b": 1}),
        r"by this version: there is no parameter",
    ),
    "unknown scenario": (lambda f: reseal(f, scenario=GONE), r"by this version: .*gone"),
    "no folder": (shutil.rmtree, r"there is no such folder"),
}


@pytest.mark.parametrize(("harm", "said"), DAMAGE.values(), ids=list(DAMAGE))
def test_damage_is_named(plain, harm, said):
    harm(plain)
    with pytest.raises(ResultsError, match=said):
        _ = sim.load_results(plain).daily


def test_results_of_another_version_of_the_scenario_are_told(plain):
    about = json.loads((plain / "manifest.json").read_text())
    reseal(plain, scenario=about["scenario"] | {"hash": "0" * 16})
    with pytest.warns(UserWarning, match="another version of scenario january_2014"):
        sim.load_results(plain)


OLD = "holds results of infighting 0.1.0 .schema 1., which this version does not read: .*overwrite=true"


@pytest.mark.parametrize("was_killed", [False, True])
def test_results_of_before_are_refused_in_a_line_and_can_be_replaced(was_killed, tmp_path):
    old = tmp_path / "old"
    old.mkdir()
    (old / f"runs.parquet{'.partial' if was_killed else ''}").write_bytes(b"PAR1")
    if not was_killed:
        (old / "manifest.json").write_text('{"schema": 1, "complete": true}')
    for use in (
        sim.load_results,
        lambda folder: sim.run_ensemble(runs=2, days=2, out=folder, progress=False),
    ):
        with pytest.raises(ResultsError, match=OLD) as refused:
            use(old)
        assert len(str(refused.value).splitlines()) == 1
    assert len(sim.run_ensemble(runs=2, days=2, out=old, overwrite=True, progress=False).runs) == 2
    assert {f.name for f in old.iterdir()} == {"manifest.json", "runs", "shards"}


# --- replacing ------------------------------------------------------------------------------------------


def replace(folder, **other):
    """Other results in the place of those that are there."""
    return sim.run_ensemble(**PLAIN | {"runs": 3} | other, out=folder, overwrite=True)


def test_new_results_take_the_place_of_old_ones_and_files_of_others_stay(plain):
    (plain / "figures").mkdir()
    (plain / "figures" / "chance_maps.png").write_text("of the old results")
    (plain / "figures" / "mine.png").write_text("mine")
    (plain / "notes.txt").write_text("mine")
    assert len(replace(plain).runs) == 3
    assert [f.name for f in (plain / "figures").iterdir()] == ["mine.png"]
    assert (plain / "notes.txt").read_text() == "mine"
    assert [f.name for f in plain.parent.iterdir()] == ["plain"]
    assert len(replace(plain, runs=4, detail="summary").runs) == 4
    assert not (plain / "daily").exists()


class FullDiskError(OSError):
    """What writing raises when the disk is full."""

    def __init__(self):
        super().__init__(28, "No space left on device")


def test_old_results_survive_a_full_disk_and_the_same_command_goes_on(plain, monkeypatch):
    before = everything(plain)
    with monkeypatch.context() as patch:
        patch.setattr(pd.DataFrame, "to_parquet", lambda *_, **__: (_ for _ in ()).throw(FullDiskError()))
        with pytest.raises(ResultsError, match=r"cannot write .*: No space left on device"):
            replace(plain)
    assert everything(plain) == before
    assert len(sim.load_results(plain).runs) == 6
    assert len(replace(plain).runs) == 3
    assert [f.name for f in plain.parent.iterdir()] == ["plain"]


WRONG = {
    "scenario": {"scenario": "no_such_scenario"},
    "parameter": {"params": {"march.speed": 900}},
    "days": {"days": 0},
    "draw": {"draw": "prior"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=list(WRONG))
def test_old_results_survive_what_cannot_be_played(plain, wrong):
    before = everything(plain)
    with pytest.raises(ValueError, match=r"."):
        replace(plain, **wrong)
    assert everything(plain) == before
    assert [f.name for f in plain.parent.iterdir()] == ["plain"]


def test_old_results_survive_a_scenario_with_more_events_than_there_is_room_for(plain, tmp_path, monkeypatch):
    mine = tmp_path / "scenarios" / "crowded"
    mine.mkdir(parents=True)
    events = "\n".join(
        f"  - {{id: e{k}, on: 2014-02-01, what: attack, who: isis, where: raqqa, source: none}}"
        for k in range(450)
    )
    (mine / "scenario.yaml").write_text(f"parent: january_2014\ntitle: Crowded\nevents:\n{events}\n")
    monkeypatch.chdir(tmp_path)
    before = everything(plain)
    with pytest.raises(ValueError, match=r"."):
        replace(plain, scenario="crowded")
    assert everything(plain) == before


def test_old_results_survive_a_design_of_which_no_point_can_be_played(copy):
    before = everything(copy)
    impossible = make_design("list", {"march.speed": [900, 901]})
    with pytest.raises(ResultsError, match=r"no point could be played .*copy stays as it was"):
        sim.run_design(impossible, runs_per_point=2, days=2, out=copy, overwrite=True, progress=False)
    assert everything(copy) == before
    assert [f.name for f in copy.parent.iterdir()] == ["copy"]


def test_a_design_with_a_scenario_that_cannot_be_read_is_refused_before_its_first_run(copy, tmp_path):
    broken = shutil.copytree(sim.load_scenario().folder, tmp_path / "broken")
    (broken / "roads.csv").write_text("a,b\n")
    before = everything(copy)
    design = make_design("grid", {"scenario": ["truce", str(broken)]})
    with pytest.raises(sim.scenario.ScenarioError, match=r"broken/roads\.csv, row 1: column 'km' is missing"):
        sim.run_design(design, out=copy, overwrite=True, **SMALL)
    assert everything(copy) == before


@pytest.mark.parametrize("renames", [0, 1])
def test_a_kill_while_results_are_replaced_loses_nothing(plain, renames, monkeypatch):
    real, done = writer.Path.rename, []

    def rename(file, other):
        if len(done) == renames:
            raise KeyboardInterrupt
        done.append(file)
        return real(file, other)

    with monkeypatch.context() as patch:
        patch.setattr(writer.Path, "rename", rename)
        with pytest.raises(KeyboardInterrupt):
            replace(plain)
    assert len(replace(plain).runs) == 3
    assert [f.name for f in plain.parent.iterdir()] == ["plain"]


def test_what_was_replaced_halfway_is_back_for_another_command(plain, monkeypatch):
    old, new = plain.with_name(".plain.old"), plain.with_name("other")
    plain.rename(old)  # as a kill between two renames leaves it
    kept = sim.run_ensemble(**PLAIN, out=plain)
    assert len(kept.runs) == 6
    assert not old.exists()
    assert not new.exists()


def test_an_impossible_point_is_kept_with_its_error(tmp_path):
    design = make_design("list", {"march.speed": [30, 900, 60]})
    swept = sim.run_design(design, out=tmp_path / "s", shards=3, runs_per_point=2, days=2, progress=False)
    assert swept.failures.index.tolist() == [1]
    assert swept.failures.loc[1, "error"].startswith("params.march.speed = 900.0 km/day is outside [25, 90]")
    assert swept.runs["point"].tolist() == [0, 0, 2, 2]
    with pytest.raises(ValueError, match=r"point 1 could not be played: params\.march\.speed = 900"):
        swept.at(1)
    assert swept.tables.manifest["complete"]


# --- file systems --------------------------------------------------------------------------------------


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


def test_a_manifest_says_what_processor_it_was():
    name, *tier = origin()["processor"].split()
    assert name
    assert tier in ([], ["x86-64-v2"], ["x86-64-v3"], ["x86-64-v4"])
