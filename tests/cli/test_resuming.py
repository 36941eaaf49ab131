"""Several settings started again: what is finished stays, what is not is played, what is other is refused."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim._util.locks import lock

REPO = Path(__file__).parents[2]
WORDS = ("-m", "seed=1,2,3", "runs=3", "days=5", "detail=summary", "progress=false", "hydra.sweep.dir=sweep")
PLAIN = ("figures=false", "report=false")


def call(folder, *words):
    """``python -m sim`` in a folder; the finished process."""
    env = os.environ | {"PYTHONPATH": str(REPO), "COLUMNS": "120"}
    command = [sys.executable, "-m", "sim", *WORDS, *words]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Three jobs, finished."""
    folder = tmp_path_factory.mktemp("whole")
    done = call(folder, *PLAIN)
    assert done.returncode == 0, done.stderr
    return folder / "sweep"


@pytest.fixture
def sweep(whole, tmp_path):
    """A copy that a test may damage."""
    return Path(shutil.copytree(whole, tmp_path / "sweep"))


def stamps(folder):
    """When every file of a folder was last written."""
    return {file: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}


def test_what_is_finished_is_named_and_not_played_again(sweep):
    before = {file: stamp for job in "012" for file, stamp in stamps(sweep / job).items()}
    done = call(sweep.parent, *PLAIN)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:3] == [
        f"Finished already, not played again: sweep/{job} (seed={job + 1})" for job in range(3)
    ]
    assert "3 of 3 jobs" in done.stdout
    assert before == {file: stamp for job in "012" for file, stamp in stamps(sweep / job).items()}


def killed(job):
    """As a job that is killed leaves its folder."""
    (job / "manifest.json").unlink()
    (job / "runs.parquet").rename(job / "runs.parquet.partial")


def stopped(job):
    """As Ctrl-C leaves it."""
    said = json.loads((job / "manifest.json").read_text())
    (job / "manifest.json").write_text(json.dumps(said | {"complete": False}))


def lost(job):
    """A table has gone."""
    (job / "runs.parquet").unlink()


def never_begun(job):
    """Nothing there."""
    shutil.rmtree(job)


@pytest.mark.parametrize("fate", [killed, stopped, lost, never_begun])
def test_what_is_not_finished_is_played_into_its_own_folder(sweep, whole, fate):
    before = stamps(sweep / "0") | stamps(sweep / "2")
    fate(sweep / "1")
    done = call(sweep.parent, *PLAIN)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("not played again") == 2
    assert stamps(sweep / "0") | stamps(sweep / "2") == before
    again, first = sim.load_results(sweep / "1"), sim.load_results(whole / "1")
    assert again.seed == 2
    assert again.tables.manifest["complete"]
    pd.testing.assert_frame_equal(again.runs, first.runs)
    assert [file.name for file in (sweep / "1").iterdir() if file.name.startswith(".")] == []
    pd.testing.assert_frame_equal(pd.read_csv(sweep / "sweep.csv"), pd.read_csv(whole / "sweep.csv"))


OTHER = {
    "runs=4": "(runs 3 there, 4 here)",
    "params.march.on=false": "(params.march.on True there, False here)",
    "scenario=truce": "(scenario.name january_2014 there, truce here; scenario.hash ",
}


@pytest.mark.parametrize(("word", "said"), OTHER.items(), ids=list(OTHER))
def test_other_results_are_refused_and_nothing_is_written(sweep, word, said):
    before = stamps(sweep)
    done = call(sweep.parent, *PLAIN, word)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith(f"infighting: sweep/1 holds other runs {said}")
    assert stamps(sweep) == before


def test_a_changed_table_is_refused_and_named(sweep):
    (sweep / "2" / "runs.parquet").write_bytes(b"PAR1 and no more")
    before = stamps(sweep)
    done = call(sweep.parent, *PLAIN)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "sweep/2/runs.parquet is damaged or was changed" in done.stderr
    assert stamps(sweep) == before


def test_replacing_them_is_possible_when_it_is_asked_for(sweep):
    done = call(sweep.parent, *PLAIN, "overwrite=true", "runs=2")
    assert done.returncode == 0, done.stderr
    assert [len(sim.load_results(sweep / job).runs) for job in "012"] == [2, 2, 2]


def test_a_report_that_is_missing_is_written_and_no_run_is_played(sweep):
    tables = [sweep / job / "runs.parquet" for job in "012"]
    before = {file: stamps(sweep)[file] for file in tables}
    done = call(sweep.parent, "figures=false")
    assert done.returncode == 0, done.stderr
    assert {file: stamps(sweep)[file] for file in tables} == before
    assert all((sweep / job / "report.html").exists() for job in "012")
    assert "not played again" not in done.stdout
    assert call(sweep.parent, "figures=false").stdout.count("not played again") == 3


def test_what_another_process_is_writing_is_left_to_it(sweep):
    killed(sweep / "1")
    with contextlib.ExitStack() as other:
        assert other.enter_context(lock(sweep / "1" / ".writing.lock"))
        before = stamps(sweep / "1")
        done = call(sweep.parent, *PLAIN)
        assert stamps(sweep / "1") == before
    assert done.returncode == 2
    said = "infighting: sweep/1 is being written by another process: wait for it, or stop it"
    assert done.stderr.splitlines()[-1] == said
