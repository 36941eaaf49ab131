"""The same command again: what is complete stays, what is not is played, what is other is refused."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from command import call

import sim

REPO = Path(__file__).parents[2]
GRID = ("-m", "seed=1,2,3", "runs=3", "days=5", "name=few", "progress=false", "design.shards=3")
ONE = ("runs=6", "days=5", "detail=summary", "name=few", "progress=false", "figures=false", "design.shards=3")
WORDS = {"grid": GRID, "one": (*ONE, "report=false")}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A grid and runs of one world, finished: folders in which the commands were given."""
    folder = tmp_path_factory.mktemp("whole")
    for name, words in WORDS.items():
        (folder / name).mkdir()
        done = call(folder / name, *words)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(params=list(WORDS))
def again(request, whole, tmp_path, called):
    """A copy of either that a test may damage, and its command."""
    shutil.copytree(whole / request.param, tmp_path / "copy")

    def call(*more):
        return called(tmp_path / "copy", *WORDS[request.param], *more)

    call.folder = tmp_path / "copy" / "results" / "few"
    call.whole = whole / request.param / "results" / "few"
    call.kind = request.param
    return call


def stamps(folder, pattern="*/*"):
    """When the files of shards were last written."""
    return {file: file.stat().st_mtime_ns for file in folder.glob(pattern) if not file.name.startswith(".")}


def test_what_is_complete_is_not_played_again_and_shown(again):
    before = stamps(again.folder)
    code, out, err = again()
    assert (code, err) == (0, "")
    assert "What became of ISIS" in out
    assert stamps(again.folder) == before


def no_manifest_yet(folder):
    """As a kill before the first shard leaves it."""
    for name in ("runs", "manifest.json"):
        file = folder / name
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    for file in (folder / "shards").glob("*.json"):
        file.unlink()


def one_shard_less(folder):
    """As a kill in the middle leaves it."""
    (folder / "shards" / "00001.json").unlink()
    (folder / "shards" / ".00001.json.partial-host-1").write_text("{")


def lost(folder):
    """A table of a shard has gone."""
    (folder / "runs" / "00002.parquet").unlink()


@pytest.mark.parametrize("fate", [no_manifest_yet, one_shard_less, lost, shutil.rmtree])
def test_what_is_missing_is_played(again, fate):
    fate(again.folder)
    code, _, err = again()
    assert (code, err) == (0, "")
    for file in again.whole.glob("runs/*.parquet"):
        assert (again.folder / "runs" / file.name).read_bytes() == file.read_bytes()
    assert sim.load_results(again.folder).tables.manifest["complete"]
    assert not list(again.folder.glob("shards/.*partial*"))


OTHER = {
    "days=6": "days 5 there, 6 here",
    "params.march.on=false": "params.march.on True there, False here",
    "scenario=truce": "scenario.name january_2014 there, truce here; scenario.hash ",
}


@pytest.mark.parametrize(("word", "said"), OTHER.items(), ids=list(OTHER))
def test_other_results_are_refused_and_nothing_is_written(again, word, said):
    before = stamps(again.folder)
    code, out, err = again(word)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("infighting: results/few holds other results (")
    assert said in err
    assert stamps(again.folder) == before


def test_a_changed_table_is_refused_and_named(again):
    file = again.folder / "runs" / "00002.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    code, _, err = again()
    assert (code, len(err.splitlines())) == (2, 1)
    assert "results/few/runs/00002.parquet is damaged or was changed" in err


def test_replacing_is_possible_when_it_is_asked_for(again):
    before = (again.folder / "manifest.json").read_bytes()
    assert again("overwrite=true")[0] == 0
    assert (again.folder / "manifest.json").read_bytes() != before
    assert again("overwrite=true", "days=4")[0] == 0
    assert sim.load_results(again.folder).days == 4
    assert [file.name for file in again.folder.parent.iterdir()] == ["few"]


def test_a_point_of_a_grid_is_what_is_played_alone(whole):
    grid = sim.load_results(whole / "grid" / "results" / "few")
    for point, seed in grid.points["seed"].items():
        alone = sim.run_ensemble(runs=3, days=5, seed=int(seed), progress=False)
        pd.testing.assert_frame_equal(grid.at(point).runs, alone.runs)
        assert grid.at(point).seed == seed


def test_a_report_that_is_missing_is_written_and_no_run_is_played(whole, tmp_path, called):
    shutil.copytree(whole / "one", tmp_path / "copy")
    folder = tmp_path / "copy" / "results" / "few"
    before = stamps(folder, "runs/*")
    code, out, _ = called(tmp_path / "copy", *ONE)
    assert (code, out.endswith("Report:  results/few/report.html\n")) == (0, True)
    written = (folder / "report.html").stat().st_mtime_ns
    assert called(tmp_path / "copy", *ONE)[0] == 0
    assert (folder / "report.html").stat().st_mtime_ns == written
    assert stamps(folder, "runs/*") == before


def test_results_of_before_are_refused_in_a_line(tmp_path, called):
    old = tmp_path / "results" / "few"
    old.mkdir(parents=True)
    (old / "manifest.json").write_text('{"schema": 1}')
    (old / "runs.parquet").write_bytes(b"PAR1")
    code, out, err = called(tmp_path, *ONE)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert "results/few holds results of infighting 0.1.0 (schema 1), which this version does not read" in err
    assert (old / "runs.parquet").exists()


WRONG = {
    "runs=2,3": "-m goes through parameters, scenario, seed, days; runs= is the same for all",
    "grievance.rise=0.01,0.02": "no option grievance.rise; did you mean 'params.grievance.rise'?",
    "seed=range(0,0)": "seed=range(0,0) has no values: nothing would be run",
    "params.march.sped=30,40": "there is no parameter 'march.sped'; did you mean 'march.speed'?",
}


@pytest.mark.parametrize(("word", "said"), WRONG.items(), ids=list(WRONG))
def test_what_cannot_vary_is_refused_in_a_line(word, said, tmp_path, called):
    code, out, err = called(tmp_path, "-m", word)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert said in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", WORDS)
def test_parts_that_a_batch_system_starts_are_the_whole(kind, whole, tmp_path, called):
    words = [word for word in WORDS[kind] if not word.startswith("design.shards")]
    folder = Path("results/few")
    for shard in (2, 0, 0):
        code, out, err = called(tmp_path, "shards", "run", *words, "--of", "3", "--shard", str(shard))
        assert (code, out, err) == (0, f"shard {shard} of 3: {folder}/shards/0000{shard}.json\n", "")
    assert called(tmp_path, "shards", "missing", str(folder)) == (1, "1\n", "")
    code, out, err = called(tmp_path, "shards", "run", *words, "--of", "3")
    assert (code, err) == (0, "")
    assert f"Results: {folder}" in out
    assert called(tmp_path, "shards", "missing", str(folder)) == (0, "\n", "")
    for file in stamps(whole / kind / folder, "*/*.parquet"):
        assert (tmp_path / folder / file.parent.name / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("run", "runs=4"), "run needs --of"),
        (("run", "runs=4", "--of", "3", "--shard", "3"), "--shard 3: expected a whole number from 0 to 2"),
        (("run", "runs=4", "--of", "5"), "design.shards=5: expected a whole number from 1 to 4"),
        (("run", "runs=4", "--of", "2", "--shard", "1", "--sed"), "--sed is not understood"),
        (("run", "runs=4", "--of", "2", "--shard", "1", "overwrite=true"), "remove its folder first"),
        (("missing",), "missing takes a folder of results"),
        (("missing", "results/none"), "results/none"),
    ],
)
def test_a_part_that_cannot_be_is_one_clear_line(words, problem, tmp_path, called):
    code, out, err = called(tmp_path, "shards", *words)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert problem in err
    assert not list(tmp_path.iterdir())
