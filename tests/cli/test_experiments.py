"""Designs from the command line: one Hydra config, any launcher, dry runs and refusals."""

import os
import signal
import subprocess
import sys
import time
from functools import partialmethod
from pathlib import Path

import numba
import pandas as pd
import pytest
from command import call
from numba.core.event import trigger_event
from PIL import Image
from tqdm.std import tqdm as plain

import sim
from sim import plots
from sim._util.progress import COMPILING, bar_over, begin_here
from sim.analysis.measures import measures
from sim.cli.choices import experiment_files
from sim.plots.saving import configuration_hash

REPO = Path(__file__).parents[2]
NAME = "01_does_speed_matter"
YAML = """
scenario: truce
days: 8
seed: 0
design:
  kind: latin_hypercube
  points: 12
  runs_per_point: 4
  shards: 6
  over:
    params.march.speed:
    params.plans.pursuit: [0, 0.5]
"""


def ask(folder, text=YAML, name=NAME):
    """Write an experiment into a folder."""
    file = folder / "experiments" / name / "design.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    return folder


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The experiment, played in one process: where, and what it printed."""
    folder = ask(tmp_path_factory.mktemp("played"))
    return folder, call(folder, f"experiment={NAME}")


def same_runs(one, other):
    """Whether two folders hold the same runs."""
    pd.testing.assert_frame_equal(sim.load_results(one).runs, sim.load_results(other).runs, check_exact=True)
    return True


def test_an_experiment_is_one_config_and_one_folder(played):
    folder, done = played
    assert done.returncode == 0, done.stderr
    assert "12 points, 48 runs of 8 days, seed 0, 6 shards." in done.stdout
    assert done.stdout.endswith(f"Results: results/{NAME} (a row a point: points.csv)\n")
    assert "\r" not in done.stderr  # not a terminal: whole lines
    left = {f.name for f in (folder / "results" / NAME).iterdir()}
    tables = {"design.parquet", "summary.parquet", "points.csv", "points.parquet"}
    assert left == {"manifest.json", "runs", "shards"} | tables


def test_what_is_played_is_what_python_plays(played):
    folder, _ = played
    design = sim.make_design("latin_hypercube", {"march.speed": None, "plans.pursuit": [0, 0.5]}, points=12)
    by_hand = sim.run_design(design, "truce", runs_per_point=4, seed=0, days=8, progress=False)
    kept = sim.load_results(folder / "results" / NAME)
    pd.testing.assert_frame_equal(kept.points, by_hand.points)
    pd.testing.assert_frame_equal(kept.runs, by_hand.runs, check_exact=True)
    summary = pd.read_parquet(folder / "results" / NAME / "summary.parquet")
    pd.testing.assert_frame_equal(summary, measures(by_hand.runs, "point"))
    points = pd.read_csv(folder / "results" / NAME / "points.csv").set_index("point")
    assert points["end_towns"].tolist() == pytest.approx(
        by_hand.runs.groupby("point")["end_towns"].mean().tolist()
    )
    pd.testing.assert_frame_equal(points[list(by_hand.points)], by_hand.points)


def test_started_again_it_is_complete_and_another_one_is_refused(played, called):
    folder, _ = played
    code, _, err = called(folder, f"experiment={NAME}", "design.seed=0", f"name={NAME}")
    assert (code, err) == (0, "")
    code, out, err = called(folder, f"experiment={NAME}", "seed=1", f"name={NAME}")
    assert (code, out) == (2, "")
    assert "holds other results (seed 0 there, 1 here)" in err
    assert len(err.splitlines()) == 1


def test_without_a_launcher_several_values_are_played_in_this_process(played, tmp_path, called):
    code, out, err = called(ask(tmp_path), "-m", f"experiment={NAME}")
    assert (code, err.count("design.shard=")) == (0, 0)
    assert "12 points, 48 runs of 8 days, seed 0, 6 shards." in out
    assert same_runs(tmp_path / "results" / NAME, played[0] / "results" / NAME)
    assert [f.name for f in (tmp_path / "results").iterdir()] == [NAME]


def test_other_processes_of_joblib_play_the_shards(played, tmp_path):
    words = ("-m", f"experiment={NAME}", "hydra/launcher=joblib", "hydra.launcher.n_jobs=2")
    done = call(ask(tmp_path), *words)
    assert done.returncode == 0, done.stderr
    assert "48/48" in done.stderr
    assert same_runs(tmp_path / "results" / NAME, played[0] / "results" / NAME)
    assert [f.name for f in (tmp_path / "results").iterdir()] == [NAME]
    kept = {f.name for f in (tmp_path / "results" / NAME).iterdir()}
    assert kept == {f.name for f in (played[0] / "results" / NAME).iterdir()}


def test_a_launcher_plays_runs_of_one_world_and_a_grid_as_well(tmp_path):
    words = ("-m", "runs=4", "days=3", "detail=summary", "design.shards=2", "figures=false", "report=false")
    launcher = ("hydra/launcher=joblib", "hydra.launcher.n_jobs=1", "progress=false")
    for more in (("name=one",), ("name=one", "overwrite=true"), ("name=grid", "seed=1,2")):
        done = call(tmp_path, *words, *launcher, *more)
        assert done.returncode == 0, done.stderr
    by_hand = sim.run_ensemble(runs=4, days=3, progress=False)
    pd.testing.assert_frame_equal(sim.load_results(tmp_path / "results" / "one").runs, by_hand.runs)
    grid = sim.load_results(tmp_path / "results" / "grid")
    pd.testing.assert_frame_equal(grid.at(0).runs, by_hand.runs)
    assert grid.tables.manifest["shards"] == 2
    assert {f.name for f in (tmp_path / "results").iterdir()} == {"one", "grid"}


def test_a_dry_run_checks_tells_and_writes_nothing(tmp_path, called):
    code, out, err = called(ask(tmp_path), f"experiment={NAME}", "dry_run=true")
    assert (code, err) == (0, "")
    for words in (
        "continuous: 25 to 90 km/day",
        "4 a point, 48 in all, of 8 days",
        "6 of up to 8 runs",
        "disk",
    ):
        assert words in out
    code, out, _ = called(tmp_path, "-m", "seed=1,2", "runs=5", "days=4", "dry_run=true")
    assert (code, out.count("5 a point, 10 in all, of 4 days")) == (0, 1)
    code, out, _ = called(tmp_path, f"experiment={NAME}", "-m", "seed=1,2", "dry_run=true")
    assert (code, out.count("4 a point, 48 in all, of 8 days")) == (0, 2)
    assert [f.name for f in tmp_path.iterdir()] == ["experiments"]


def test_an_impossible_point_is_told_before_and_after(tmp_path, called):
    words = ("design.kind=list", "+design.over.march.speed=[30,900,60]", "days=2", "design.runs_per_point=2")
    said = "1 of 3 points {} be played; the first is point 1: params.march.speed = 900.0 km/day is outside"
    code, _, err = called(tmp_path, *words, "dry_run=true")
    assert code == 1
    assert said.format("cannot") in err
    assert list(tmp_path.iterdir()) == []
    code, _, err = called(tmp_path, *words, "name=odd", "progress=false")
    assert code == 1
    assert said.format("could not") in err
    assert sim.load_results(tmp_path / "results" / "odd").runs["point"].tolist() == [0, 0, 2, 2]


WRONG = {
    "no such experiment": ((f"experiment={NAME}r",), f"did you mean '{NAME}'?"),
    "no such factor": (
        ("design.kind=grid", "+design.over.march.sped=[30,60]"),
        "no parameter 'march.sped'; did you mean 'march.speed'?",
    ),
    "no plus": (
        (f"experiment={NAME}", "design.over.march.range=[3,6]"),
        "add it with +design.over.march.range=",
    ),
    "misspelt": ((f"experiment={NAME}", "design.point=3"), "there is no option design.point; did you mean"),
    "not base two": ((f"experiment={NAME}", "design.kind=sobol"), "such as 16"),
    "shards": (
        (f"experiment={NAME}", "design.shards=0"),
        "design.shards=0: expected a whole number from 1 to 48",
    ),
    **{
        f"{number} runs a point": (
            (f"experiment={NAME}", f"design.runs_per_point={number}", "dry_run=true"),
            f"design.runs_per_point={number}: expected a whole number from 1 to 1,000,000",
        )
        for number in (0, -1, 99999999999)
    },
    "shard": (
        (f"experiment={NAME}", "design.shard=6"),
        "design.shard=6: expected a whole number from 0 to 5",
    ),
    "runs": ((f"experiment={NAME}", "runs=5"), "a design has design.runs_per_point"),
    "figures": ((f"experiment={NAME}", "figures=true"), "figures= is of one world; a design leaves tables"),
    "report": (("design.kind=list", "report=false"), "report= is of one world; a design leaves tables"),
    "report of several": ((f"experiment={NAME}", "-m", "seed=1,2", "report=true"), "report= is of one world"),
    "no design": (("design.points=5",), "does nothing without a design"),
    "launcher": ((f"experiment={NAME}", "hydra/launcher=joblib"), "add -m (--multirun)"),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=list(WRONG))
def test_nonsense_is_one_clear_line(words, said, tmp_path, called):
    code, out, err = called(ask(tmp_path), *words)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
    assert [f.name for f in tmp_path.iterdir()] == ["experiments"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("design: [", ": not valid YAML"),
        ("runs: 5\nruns: 6", "the key 'runs' is given twice"),
        ("a: &a [1]\nruns: *a", "*a refers to another place"),
        (f"runs: {'[' * 10_000}", "levels of brackets or indents"),
        ("- 3", "expected 'key: value' lines"),
        ("design: {kind: grid, pointss: 3}", "design.points"),
        ("runs: 3\ndesign: {kind: grid}", "runs_per_point"),
        ("figures: true\ndesign: {kind: grid}", "figures is of one world; a design leaves tables"),
    ],
)
def test_a_broken_experiment_is_refused_when_asked_for(text, said, tmp_path, called):
    code, _, err = called(ask(tmp_path, text), f"experiment={NAME}")
    assert (code, len(err.splitlines())) == (2, 1)
    assert f"{NAME}/design.yaml" in err
    assert said in err


GRID = "design: {kind: grid, over: {march.speed: [30, 60]}}\n"
FAULTS = {
    "design: {kind: grid, points: many, over: {march.speed: [30, 60]}}": [
        "design.points = 'many': expected a whole number or null"
    ],
    "design: {kind: grid, over: {march.speed: [a, b]}}": [
        "design.over.march.speed = ['a', 'b']: 'a' is not a number"
    ],
    "design: {kind: 3, over: {march.speed: [30, 60]}}": ["design.kind=3 does not exist (there are: "],
    "design: {kind: grid, over: 3}": ["design.over = 3: expected a line a factor"],
    "design: {kind: grid, over: {march.speed: [30, 60], march: {speed: [40, 50]}}}": [
        "design.over names march.speed twice"
    ],
    "design: grid": ["design = 'grid': expected kind:, over: and the others, a line each"],
    GRID + "days: long": ["days = 'long': expected a whole number or null"],
    GRID + "seed: [1]": ["seed = [1]: expected a whole number"],
    GRID + "overwrite: perhaps": ["overwrite = 'perhaps': expected true or false"],
    GRID + "name: {a: 1}": ["name = {'a': 1}: expected a word"],
    GRID + "detail: ful": ["detail=ful does not exist; did you mean 'full'?"],
    GRID + "params: [1]": ["params = [1]: expected parameters, such as march: {speed: 40}"],
    GRID + "params: {march: 3}": ["params.march = 3: expected its parameters"],
    GRID + "params: {march: {sped: 3}}": [
        "there is no option params.march.sped; did you mean 'params.march.speed'?"
    ],
    GRID + "scenario: 3": ["scenario = 3: expected the name of one"],
    GRID + "scenario: nowhere": ["scenario=nowhere does not exist (there are: "],
    GRID + "hydra: 3": ["hydra = 3: expected options of Hydra's own"],
    GRID + "defaults: [absent]": ["defaults: there is no experiment/absent"],
    GRID + "experiment: other": ["experiment = 'other': is called after its folder; leave it out"],
    GRID + "seed: ${nothing}": ["seed = '${nothing}': there is no option nothing"],
    "design: {kind: morris, points: 1.5, levels: four, runs_per_point: 0, over: {march.speed: [3, 60]}}\n"
    "days: 0\nparams: {march: {speed: quick, detour: 900}, plans.pursuit: 3}": [
        "design.points = 1.5: expected a whole number or null",
        "design.levels = 'four': expected a whole number",
        "design.runs_per_point=0: expected a whole number from 1 to 1,000,000",
        "design.over.march.speed = [3, 60] km/day is outside [25, 90]",
        "params.march.speed = 'quick': expected a number",
        "params.plans.pursuit = 3.0 is outside [0, 1]",
        "params.march.detour = 900.0 km is outside [20, 200]",
        "days=0 is outside [1, 3650]",
    ],
}


@pytest.mark.parametrize(("text", "said"), FAULTS.items(), ids=list(FAULTS))
def test_every_fault_of_a_file_is_a_line_that_names_it(text, said, tmp_path, called):
    code, out, err = called(ask(tmp_path, text), f"experiment={NAME}", "dry_run=true")
    assert (code, out) == (2, "")
    lines = err.splitlines()
    assert len(lines) == len(said), err
    for line, words in zip(lines, said, strict=True):
        assert line.startswith(f"infighting: {NAME}/design.yaml: {words}")


def test_parameters_of_an_experiment_may_be_dotted(tmp_path, called):
    text = "design: {kind: grid, over: {plans.pursuit: [0, 1]}}\nparams: {march.speed: 40}"
    code, out, err = called(ask(tmp_path, text), f"experiment={NAME}", "--cfg", "job")
    assert (code, err) == (0, "")
    assert "speed: 40" in out


def test_a_broken_experiment_is_named_in_a_fresh_process(tmp_path):
    ask(tmp_path, "design: [", name="88_broken")
    words = [sys.executable, "-m", "sim", "experiment=88_broken"]
    env = os.environ | {"PYTHONPATH": str(REPO)}
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert "88_broken/design.yaml, row 1: not valid YAML" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", [name for name, file in experiment_files().items() if REPO in file.parents])
def test_every_shipped_experiment_can_be_played(name, tmp_path, called):
    code, out, err = called(tmp_path, f"experiment={name}", "days=2", "dry_run=true")
    assert (code, err) == (0, "")
    assert "Plan: " in out


def test_a_figure_of_a_sweep_says_what_made_it(played, tmp_path):
    kept = sim.load_results(played[0] / "results" / NAME)
    axes = plots.outcome_shares({"slow": kept.at(0), "fast": kept.at(1)})
    (file,) = plots.save(axes, tmp_path / "shares.png", kept.tables.manifest)
    with Image.open(file) as picture:
        source = picture.info["Source"]
    said = kept.tables.manifest
    for words in (
        f"commit: {said['git']['commit']}",
        "configuration: ",
        f"command: infighting experiment={NAME}",
    ):
        assert words in source
    other = said | {"identity": "another"}
    assert configuration_hash(said) in source
    assert configuration_hash(other) not in source


def test_an_interrupt_keeps_whole_shards(played, tmp_path):
    folder = ask(tmp_path)
    words = [f"experiment={NAME}", "design.runs_per_point=400", "design.shards=200", "name=long"]
    env = os.environ | {"PYTHONPATH": str(REPO)}
    running = subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        cwd=folder,
        env=env,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what nohup and & leave ignored
    )
    shards = folder / "results" / "long" / "shards"
    while running.poll() is None and len(list(shards.glob("*.json"))) < 3:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "of 200 shards are complete: run the same command again to resume" in said
    assert "Traceback" not in said
    with pytest.warns(UserWarning, match="of 200 shards are there; run the same command"):
        assert len(sim.load_results(folder / "results" / "long").runs) >= 3 * 24


class Clock:
    """Seconds that pass when they are told to; in the place of the module that a bar asks."""

    def __init__(self):
        self.now = 1000.0

    def time(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(plain, "__init__", partialmethod(_begin_with, plain.__init__, made.time))
    return made


def _begin_with(bar, begin, time, *args, **settings):
    begin(bar, *args, **settings)
    bar._time = time
    bar.start_t = bar.last_print_t = time()


def test_compiling_is_told_and_is_no_part_of_the_time_left(clock, capsys):
    with bar_over(1000) as bar:
        clock.now += 1
        with trigger_event("numba:compile"):  # as numba does around all that it compiles
            clock.now += 60
            with trigger_event("numba:compile"):
                clock.now += 40
        clock.now += 5
        bar.update(100)
        assert "100/1000 [00:05<00:45, 20.00run/s]" in str(bar)
    said = capsys.readouterr().err
    assert said.count(COMPILING) == 1
    with bar_over(1000, progress=False), trigger_event("numba:compile"):
        pass
    with bar_over(2) as bar:  # and without compiling the whole time counts
        clock.now += 100
        bar.update(1)
        assert "1/2 [01:40<01:40, 100.00s/run]" in str(bar)
    assert COMPILING not in capsys.readouterr().err


def test_what_numba_compiles_is_noticed(capsys):
    with bar_over(1):
        numba.njit(lambda x: x + 1)(1)
    assert COMPILING in capsys.readouterr().err


@pytest.mark.parametrize("lines", [True, False], ids=["log", "terminal"])
def test_progress_moves_while_it_compiles(lines, monkeypatch, capsys):
    monkeypatch.setattr(sim._util.progress, "SECONDS_A_LINE", 0.05)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: not lines, raising=False)
    with bar_over(1), trigger_event("numba:compile"):
        with trigger_event("numba:compile"):
            pass
        time.sleep(0.3 if lines else 2.3)  # as while one function is optimized
    said = capsys.readouterr().err
    assert said.count("compiling: 2 functions, ") >= 2
    time.sleep(0.2 if lines else 1.2)
    assert "compiling" not in capsys.readouterr().err


def test_the_clock_of_jobs_elsewhere_begins_when_the_first_is_done(clock):
    with bar_over(1000, initial=100) as bar:
        clock.now += 200  # they compiled, and played
        begin_here(bar, 300)
        clock.now += 10
        bar.update(70)
        assert "370/1000 [00:10<01:30,  7.00run/s]" in str(bar)


def test_progress_in_a_log_is_whole_lines(capsys):
    with bar_over(10) as bar:
        for _ in range(10):
            bar.update(1)
    said = capsys.readouterr().err
    assert "10/10" in said
    assert "\r" not in said
    assert said.endswith("\n")
