"""Proof: what is played again from a manifest is what is kept, and what is not is named."""

import json
import shutil

import pandas as pd
import pytest
from sealing import reseal

import sim
from sim.__main__ import main
from sim.ensemble import verify
from sim.ensemble.design import make_design
from sim.ensemble.store.layout import ResultsError
from sim.ensemble.store.manifest import sha256


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Results of one world, and of a design with an impossible point."""
    folder = tmp_path_factory.mktemp("made")
    sim.run_ensemble("truce", runs=6, seed=0, days=8, detail="full", out=folder / "plain", progress=False)
    design = make_design("list", {"march.speed": [30, 900, 60], "scenario": ["truce", "truce", "pursuit"]})
    asked = {"runs_per_point": 4, "seed": 0, "days": 8, "detail": "full", "shards": 3, "progress": False}
    sim.run_design(design, params={"plans.pursuit": 0.5}, out=folder / "design", **asked)
    return folder


@pytest.mark.parametrize(("name", "runs"), [("plain", 6), ("design", 9)])
def test_all_of_it_is_the_same_again(made, name, runs):
    assert verify.check(made / name, None, progress=False) == (None, runs)


@pytest.mark.parametrize("name", ["plain", "design"])
def test_a_sample_is_the_same_again(made, name):
    assert verify.check(made / name, 3, progress=False) == (None, 3)


def forge(folder, table, change):
    """Change a table of a copy and the receipt that vouches for it."""
    file = folder / table
    frame = pd.read_parquet(file)
    changed = change(frame)
    (frame if changed is None else changed).to_parquet(file, index=False)
    receipt = folder / "shards" / f"{file.stem}.json"
    said = json.loads(receipt.read_text())
    said["files"][table] |= {"sha256": sha256(file), "bytes": file.stat().st_size}
    receipt.write_text(json.dumps(said))


@pytest.fixture
def copy(made, tmp_path):
    """A copy of both results."""
    shutil.copytree(made, tmp_path / "copy")
    return tmp_path / "copy"


def test_the_first_cell_that_differs_is_named(copy):
    def change(frame):
        frame.loc[(frame["run"] == 4) & (frame["day"] == 3), "towns"] += 1
        frame.loc[(frame["run"] == 4) & (frame["day"] == 5), "people"] += 1

    before = (
        pd.read_parquet(copy / "plain" / "focal" / "00000.parquet")
        .query("run == 4 and day == 3")["towns"]
        .item()
    )
    forge(copy / "plain", "focal/00000.parquet", change)
    found, _ = verify.check(copy / "plain", None, progress=False)
    assert str(found) == f"focal: run 4, day 3, towns: {before + 1} is kept, {before} came out again"


def test_in_a_design_the_point_is_named(copy):
    def change(frame):
        frame.loc[(frame["point"] == 2) & (frame["run"] == 1), "end_towns"] = 99

    forge(copy / "design", "runs/00002.parquet", change)
    found, _ = verify.check(copy / "design", None, progress=False)
    assert (found.table, found.where, found.column, found.kept) == (
        "runs",
        {"point": 2, "run": 1},
        "end_towns",
        99,
    )


def test_a_row_too_few_is_named(copy):
    forge(copy / "plain", "control/00000.parquet", lambda frame: frame.iloc[:-1])
    found, _ = verify.check(copy / "plain", None, progress=False)
    assert (found.table, found.column, found.kept, found.again) == ("control", "row", "none", "a row")


def test_runs_from_a_stepped_world_are_played_again_from_it(tmp_path):
    world = sim.RebelConflict(seed=1).run(2)
    world.faction("isis").fighters["raqqa"] = 7
    folder = tmp_path / "on"
    kept = sim.run_ensemble(start=world, runs=2, days=2, detail="daily", out=folder, progress=False)
    world.faction("isis").fighters["raqqa"] = 9  # after the runs: nothing of theirs
    assert verify.check(folder, progress=False) == (None, 2)
    assert str(kept.scenario.date(0)) == "2014-01-04"
    again = kept.replay(1)
    last = kept.focal[(kept.focal["run"] == 1) & (kept.focal["day"] == 2)].iloc[0]
    assert (again.day, again.datacollector.model_vars["men"][-1]) == (4, last["men"])
    (folder / "start.world").unlink()
    with pytest.raises(ResultsError, match=r"on cannot be played again: .*start\.world"):
        verify.check(folder, progress=False)


def call(capsys, *words):
    """``infighting verify``: exit code, standard output and error."""
    try:
        main(["verify", *map(str, words)])
        code = 0
    except SystemExit as left:
        code = left.code
    return code, *capsys.readouterr()


def test_the_command_says_how_it_went(copy, capsys):
    code, out, err = call(capsys, copy / "plain", "--quiet")
    assert (code, err) == (0, "")
    assert out.endswith("plain: 6 runs repeated, every cell of theirs is the same\n")
    forge(copy / "plain", "runs/00000.parquet", lambda frame: frame.__setitem__("bombings", 7))
    code, _, err = call(capsys, copy / "plain", "--all", "--quiet")
    assert code == 1
    assert "not the same: runs: run 0, bombings: 7 is kept, " in err
    (copy / "design" / "daily" / "00000.parquet").write_bytes(b"")
    code, _, err = call(capsys, copy / "design", "--quiet")
    assert code == 2
    assert "daily/00000.parquet is damaged" in err
    code, _, err = call(capsys, copy / "nothing", "--quiet")
    assert (code, len(err.splitlines())) == (2, 1)


def test_other_rules_are_told_of(copy, capsys):
    reseal(copy / "plain", code="0" * 16)
    code, _, err = call(capsys, copy / "plain", "--quiet")
    assert code == 0
    assert err.startswith("note: ")
    assert "was made by other rules (0000000000000000; " in err
