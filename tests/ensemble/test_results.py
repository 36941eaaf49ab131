"""Results on disk: what is written comes back, and what is wrong is named."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

import sim
from sim.ensemble.store import results
from sim.ensemble.store.manifest import amend
from sim.ensemble.store.results import ResultsError, Tables, Writer
from sim.params import Params


@pytest.fixture(scope="module")
def ensemble():
    """A few short real runs, with everything kept."""
    return sim.run_ensemble(runs=6, days=10, detail="full", progress=False)


@pytest.fixture(scope="module")
def kept(ensemble, tmp_path_factory):
    """The same, on disk."""
    folder = tmp_path_factory.mktemp("kept") / "all"
    results.save(ensemble, folder)
    return folder


@pytest.fixture
def copy(kept, tmp_path):
    """A copy that a test may damage."""
    shutil.copytree(kept, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture(scope="module")
def about():
    """What a manifest says of six runs."""
    return results.manifest(sim.load_scenario(), Params(), seed=1, runs=6, days=10, detail="daily")


def blocks():
    """Six runs in three blocks, a table of one row a run and one of two."""
    for first in (0, 2, 4):
        runs = np.arange(first, first + 2)
        yield {
            "runs": pd.DataFrame({"run": runs, "outcome": pd.Categorical(["collapse"] * 2)}),
            "daily": pd.DataFrame({"run": runs.repeat(2), "day": [0, 1, 0, 1]}),
        }


def test_saved_is_loaded(ensemble, kept):
    back = sim.load_results(kept)
    assert (back.seed, back.days, back.detail) == (ensemble.seed, ensemble.days, ensemble.detail)
    assert back.params == ensemble.params
    assert back.scenario.hash == ensemble.scenario.hash
    for name in results.TABLES:
        pd.testing.assert_frame_equal(getattr(back, name), getattr(ensemble, name))


def test_streamed_is_kept_in_memory(ensemble, tmp_path):
    streamed = sim.run_ensemble(runs=6, days=10, detail="full", progress=False, out=tmp_path / "out")
    for name in results.TABLES:
        pd.testing.assert_frame_equal(getattr(streamed, name), getattr(ensemble, name))
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["complete"]


def test_blocks_make_one_table(about, tmp_path):
    with Writer(tmp_path / "out", about) as writer:
        for block in blocks():
            writer.write(block)
    tables = Tables(tmp_path / "out")
    assert tables.manifest["complete"]
    assert set(tables) == {"runs", "daily"}
    assert tables["runs"]["run"].tolist() == list(range(6))
    assert tables["daily"]["run"].tolist() == [r for r in range(6) for _ in range(2)]


def interrupt(writer, daily):
    """Stop in the middle of a block: its runs are not written any more."""
    writer.write({"daily": daily})
    raise KeyboardInterrupt


def test_interrupted_is_usable_and_says_so(about, tmp_path):
    writer = Writer(tmp_path / "out", about)
    first, second, _ = blocks()
    writer.write(first)
    with pytest.raises(KeyboardInterrupt), writer:
        interrupt(writer, second["daily"])
    tables = Tables(tmp_path / "out")
    assert (tables.manifest["complete"], tables.manifest["runs_done"]) == (False, 2)
    assert tables["runs"]["run"].tolist() == [0, 1]
    assert tables["daily"]["run"].tolist() == [0, 0, 1, 1]


def test_manifest_tells_what_made_it(about):
    assert about["version"] == sim.__version__
    assert about["scenario"]["hash"] == sim.load_scenario().hash
    assert about["params"]["march.speed"] == Params().march.speed
    assert about["packages"]["numpy"] == np.__version__
    assert set(about["git"]) == {"commit", "edited"}
    assert json.loads(json.dumps(about)) == about


def test_existing_results_are_refused_then_replaced_when_asked(kept, ensemble, copy):
    before = (copy / "manifest.json").read_bytes()
    with pytest.raises(ResultsError, match="holds results already"):
        results.save(ensemble, copy)
    assert (copy / "manifest.json").read_bytes() == before
    (copy / "figures").mkdir()
    (copy / "figures" / "chance_maps.png").write_text("of the old results")
    (copy / "figures" / "mine.png").write_text("mine")
    (copy / "notes.txt").write_text("mine")
    results.save(ensemble, copy, overwrite=True)
    assert [f.name for f in (copy / "figures").iterdir()] == ["mine.png"]
    assert (copy / "notes.txt").read_text() == "mine"
    assert len(sim.load_results(copy).runs) == 6


def test_a_full_disk_is_named(about, tmp_path):
    writer = Writer(tmp_path / "out", about)
    (tmp_path / "out" / "runs.parquet.partial").symlink_to("/dev/full")
    with pytest.raises(ResultsError, match=r"out.*No space left"), writer:
        writer.write(next(blocks()))
    with pytest.raises(ResultsError, match=r"half-written.*runs\.parquet\.partial"):
        Tables(tmp_path / "out")


def damage_byte(folder):
    file = folder / "daily.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def without(folder, key):
    """Take a key out of a manifest."""
    said = json.loads((folder / "manifest.json").read_text())
    del said[key]
    (folder / "manifest.json").write_text(json.dumps(said))


GONE = {"name": "gone", "hash": "0", "parents": []}
DAMAGE = {
    "a changed byte": (damage_byte, r"daily\.parquet is damaged or was changed"),
    "a missing file": (lambda f: (f / "daily.parquet").unlink(), r"daily\.parquet is missing: .* rows"),
    "no manifest": (lambda f: (f / "manifest.json").unlink(), r"holds no results: manifest\.json is missing"),
    "half a manifest": (lambda f: (f / "manifest.json").write_text('{"sche'), r"manifest\.json is damaged"),
    "another schema": (lambda f: (f / "manifest.json").write_text('{"schema": 99}'), r"has schema 99"),
    "no object": (lambda f: (f / "manifest.json").write_text("[]"), r"manifest\.json is damaged: expected"),
    "no scenario": (lambda f: without(f, "scenario"), r"manifest\.json .* no key scenario; expected an obj"),
    "a seed in words": (lambda f: amend(f, seed="one"), r'manifest\.json .* seed is "one"; expected a whole'),
    "unknown parameter": (lambda f: amend(f, params={"a.b": 1}), r"by this version: there is no parameter"),
    "unknown scenario": (lambda f: amend(f, scenario=GONE), r"by this version: .*gone"),
    "no folder": (shutil.rmtree, r"there is no such folder"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_named(copy, what):
    harm, said = DAMAGE[what]
    harm(copy)
    with pytest.raises(ResultsError, match=said):
        _ = sim.load_results(copy).daily


def test_results_of_another_version_of_the_scenario_are_told(copy):
    file = copy / "manifest.json"
    said = json.loads(file.read_text())
    said["scenario"]["hash"] = "0" * 16
    file.write_text(json.dumps(said))
    with pytest.warns(UserWarning, match="another version of scenario january_2014"):
        sim.load_results(copy)
