"""The command line as a user meets it: real calls of ``python -m sim`` in an empty folder."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from command import call
from PIL import Image

import sim
from sim.ensemble.store.layout import FIGURES

REPO = Path(__file__).parents[2]
SMALL = ("runs=8", "days=20")
NAME = "january_2014_8_runs_seed_1_20_days"


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The main job, small: where it was called, and what it printed."""
    folder = tmp_path_factory.mktemp("played")
    return folder, call(folder, *SMALL)


def test_main_job_shows_classes_record_and_what_it_is_not(played):
    _, done = played
    assert done.returncode == 0, done.stderr
    for words in ("regrouped", "the record", "Monte Carlo", "day of the trough", "ISIS dead"):
        assert words in done.stdout
    assert "8 runs of 20 days to 22 January 2014, seed 1" in done.stdout
    assert "not a forecast" in done.stdout


def test_main_job_leaves_one_folder_and_nothing_else(played):
    folder, _ = played
    assert [f.name for f in folder.iterdir()] == ["results"]
    left = {f.name for f in (folder / "results" / NAME).iterdir()}
    tables = {"runs", "focal", "daily", "control", "alignment", "engagements"}
    assert left == tables | {"manifest.json", "shards", "figures", "report.html", "explore.html"}


def test_figures_are_drawn(played):
    folder, _ = played
    drawn = list((folder / "results" / NAME / "figures").iterdir())
    assert {f"figures/{f.name}" for f in drawn} == set(FIGURES.values())
    for file in drawn:
        with Image.open(file) as picture:
            assert "command: infighting runs=8 days=20" in picture.info["Source"]


def test_the_report_is_written_and_named(played):
    folder, done = played
    assert done.stdout.endswith(f"Report:  results/{NAME}/report.html\n")
    report = (folder / "results" / NAME / "report.html").read_text()
    assert "8 runs of january_2014 (seed 1), 3 Jan 2014 to 22 Jan 2014" in report
    assert report.count("<figure ") == len(FIGURES)
    again = call(folder, "report", f"results/{NAME}")
    assert (again.returncode, again.stderr) == (0, "")
    assert (folder / "results" / NAME / "report.html").read_text() == report


def test_somebodys_report_is_not_replaced_and_nothing_is_played(tmp_path):
    mine = tmp_path / "results" / "mine" / "report.html"
    mine.parent.mkdir(parents=True)
    mine.write_text("years of work")
    done = call(tmp_path, *SMALL, "name=mine", "overwrite=true")
    assert done.returncode == 2
    assert "no report of this program" in one_line(done)
    assert [file.name for file in mine.parent.iterdir()] == ["report.html"]
    assert mine.read_text() == "years of work"


def test_manifest_is_enough_to_make_the_same_runs_again(played):
    folder, _ = played
    said = json.loads((folder / "results" / NAME / "manifest.json").read_text())
    assert said["config"]["params"].keys() >= {"grievance", "battle"}
    again = sim.run_ensemble(
        said["scenario"]["name"],
        runs=said["runs"],
        seed=said["seed"],
        days=said["days"],
        params=said["params"],
        detail=said["detail"],
        progress=False,
    )
    kept = sim.load_results(folder / "results" / NAME)
    assert kept.tables.manifest["complete"]
    pd.testing.assert_frame_equal(again.runs, kept.runs)
    pd.testing.assert_frame_equal(again.daily, kept.daily)


def test_an_existing_result_is_never_overwritten_silently(played):
    folder, _ = played
    manifest = folder / "results" / NAME / "manifest.json"
    before = manifest.read_bytes()
    refused = call(folder, *SMALL, "seed=2", f"name={NAME}")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert one_line(refused).startswith(
        f"infighting: results/{NAME} holds other results (seed 1 there, 2 here)"
    )
    again = call(folder, *SMALL)
    assert (again.returncode, again.stderr) == (0, "")
    assert manifest.read_bytes() == before
    assert call(folder, *SMALL, "overwrite=true").returncode == 0
    assert manifest.read_bytes() != before


def one_line(done):
    """Standard error, which must be one line and no traceback."""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


WRONG = {
    "params.grievance.half_lif=3": "params.grievance.half_lif; did you mean 'params.grievance.half_life'?",
    "grievance.half_life=30": "no option grievance.half_life; did you mean 'params.grievance.half_life'?",
    "run=5": "no option run; did you mean 'runs'?",
    "scenari=january_2014": "no option scenari; did you mean 'scenario'?",
    "+sede=3": "no option sede; did you mean 'seed'?",
    "+params.march.of=true": "no option params.march.of; did you mean 'params.march.on'?",
    "hydra.swep.dir=x": "no option hydra.swep.dir",
    "scenario=january_2041": "scenario=january_2041 does not exist; did you mean 'january_2014'?",
    "detail=ful": "detail=ful does not exist; did you mean 'full'?",
    "draw=posterio": "draw=posterio does not exist; did you mean 'posterior'?",
    "params.grievance.half_life=900": "params.grievance.half_life = 900.0 days is outside [7, 90]",
    "params.grievance.half_life=nan": "params.grievance.half_life = nan days is outside [7, 90]",
    "runs=0": "runs=0 is outside [1, ",
    "seed=-1": "seed=-1 is outside [0, ",
    "threads=0": "threads=0 is outside [1, ",
    "days=0": "days=0 is outside [1, ",
    "runs=many": "runs=many: Value 'many' of type 'str' could not be converted to Integer",
    "overwrite=perhaps": "overwrite=perhaps: Value 'perhaps' is not a valid bool",
    "params.march.on=maybe": "params.march.on=maybe: Value 'maybe' is not a valid bool",
    "runs=[1": "runs=[1 cannot be read",
    "runs": "there is no command 'runs'; did you mean 'run'?",
    "name=": "name= is empty",
    "=3": "=3 names no option: expected name=value",
    "hydra/launcher=3": "hydra/launcher=3: expected a name",
}


@pytest.mark.parametrize(("word", "said"), WRONG.items(), ids=list(WRONG))
def test_a_wrong_option_is_one_clear_line(tmp_path, word, said):
    done = call(tmp_path, word)
    assert done.returncode == 2
    assert said in one_line(done)
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_all_values_out_of_range_are_named_together(tmp_path):
    done = call(tmp_path, "runs=0", "params.grievance.half_life=900", "params.march.speed=1")
    assert done.returncode == 2
    assert [line.split(" ")[1].split("=")[0] for line in done.stderr.splitlines()] == [
        "runs",
        "params.grievance.half_life",
        "params.march.speed",
    ]


@pytest.mark.parametrize("where", ["blocked", "blocked/deeper", "/proc/nothing"])
def test_an_unwritable_folder_is_one_clear_line(tmp_path, where):
    (tmp_path / "blocked").write_text("a file, not a folder")
    done = call(tmp_path, f"hydra.run.dir={where}")
    assert done.returncode == 2
    assert "cannot write" in one_line(done)
    assert where in one_line(done)


def test_other_peoples_files_are_left_alone(tmp_path):
    mine = [tmp_path / "mine" / "thesis.txt", tmp_path / "mine" / "figures" / "face.png"]
    mine[1].parent.mkdir(parents=True)
    for file in mine:
        file.write_text("years of work")
    for _ in range(2):
        done = call(
            tmp_path,
            "runs=2",
            "days=2",
            "hydra.run.dir=mine",
            "overwrite=true",
            "figures=false",
            "report=false",
        )
        assert done.returncode == 0, done.stderr
        assert [file.read_text() for file in mine] == ["years of work"] * 2
    assert len(sim.load_results(tmp_path / "mine").runs) == 2


def test_the_traceback_is_there_when_asked_for(tmp_path):
    done = call(tmp_path, "runs=0", HYDRA_FULL_ERROR="1")
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_after_an_interrupt_what_is_done_is_kept(tmp_path, played):
    words = ("runs=20000", "days=30", "name=long", "detail=summary")
    command = [sys.executable, "-m", "sim", *words]
    env = os.environ | {"PYTHONPATH": str(REPO)}
    running = subprocess.Popen(
        command,
        cwd=tmp_path,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what nohup and & leave ignored
    )
    shards = tmp_path / "results" / "long" / "shards"
    waited = time.monotonic()
    while running.poll() is None and not list(shards.glob("*.json")):
        assert time.monotonic() - waited < 60
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in said
    assert said.endswith("of 20 shards are complete: run the same command again to resume\n")
    with pytest.warns(UserWarning, match="is not complete"):
        kept = sim.load_results(shards.parent)
    assert 0 < len(kept.runs) < 20000
    assert kept.runs["run"].tolist() == list(range(len(kept.runs)))


def test_help_lists_scenarios_and_options(tmp_path):
    done = call(tmp_path, "run", "--help")
    assert done.returncode == 0
    for words in (
        "scenario: ",
        "january_2014",
        " days  [7, 90]  # Half-life of",
        "overwrite: false",
    ):
        assert words in done.stdout
    for words in (
        "detail: ${detail_for:${design.kind}}",
        "runs: 1000        # worlds to run",
        "a design leaves tables",
    ):
        assert words in done.stdout  # the comments of config.yaml, for whoever has only the command


def test_configuration_is_shown_and_nothing_written(tmp_path):
    done = call(tmp_path, "--cfg", "job", "--resolve", "seed=7")
    assert done.returncode == 0, done.stderr
    assert "name: january_2014_1000_runs_seed_7\n" in done.stdout
    assert call(tmp_path, "--info", "defaults").returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_configurations_of_several_settings_are_shown_one_by_one(tmp_path):
    done = call(tmp_path, "-m", "seed=1,2", "scenario=glob(tr*)", "--cfg", "job", "--resolve")
    assert (done.returncode, done.stderr) == (0, "")
    heads = [line for line in done.stdout.splitlines() if line.startswith("---")]
    assert heads == ["--- # job 0: scenario=truce seed=1", "--- # job 1: scenario=truce seed=2"]
    assert "name: truce_1000_runs_seed_2\n" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_ones_own_configurations_are_found(tmp_path):
    (tmp_path / "own" / "params").mkdir(parents=True)
    (tmp_path / "own" / "params" / "fast.yaml").write_text("march: {speed: 77.0}\n")
    words = (f"hydra.searchpath=[file://{tmp_path}/own]", "params=[shipped,fast]", "--cfg", "job")
    done = call(tmp_path, *words, "--package", "params.march")
    assert (done.returncode, done.stderr) == (0, "")
    assert "speed: 77.0\n" in done.stdout


def test_other_parameters_have_another_name(tmp_path):
    names = set()
    for word in ("seed=1", "seed=2", "runs=9", "days=30", "params.march.speed=50", "params.march.speed=51"):
        done = call(tmp_path, "--cfg", "job", "--resolve", word)
        names |= {line for line in done.stdout.splitlines() if line.startswith("name: ")}
    assert len(names) == 6


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("scena", "scenario="),
        ("scenario=", "scenario=january_2014"),
        ("hydra/launcher=", "hydra/launcher=slurm"),
        ("design.sec", "design.second_order="),
        ("params.grievance.half", "params.grievance.half_life="),
    ],
)
def test_tab_completes(tmp_path, typed, offered):
    done = call(tmp_path, "-sc", "query=bash", COMP_LINE=f"infighting {typed}")
    assert offered in done.stdout.split()


def test_several_settings_are_one_grid(tmp_path):
    done = call(tmp_path, "-m", "seed=1,2", "runs=3", "days=5", "figures=false", "report=false")
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "results").iterdir()
    assert "What became of ISIS" in done.stdout
    table = pd.read_csv(folder / "points.csv")
    pd.testing.assert_frame_equal(pd.read_parquet(folder / "points.parquet"), table, check_dtype=False)
    assert table["seed"].tolist() == [1, 2]
    assert table["end_towns"].tolist() == [
        sim.load_results(folder, points=k).runs["end_towns"].mean() for k in (0, 1)
    ]


def test_a_wrong_setting_among_several_does_not_stop_the_others(tmp_path):
    done = call(tmp_path, "-m", "params.march.speed=1,45", "runs=2", "days=3")
    assert done.returncode == 1
    said = "infighting: 1 of 2 points could not be played; the first is point 0: params.march.speed = 1.0 km"
    assert done.stderr.splitlines()[-1].startswith(said)
    (folder,) = (tmp_path / "results").iterdir()
    assert len(sim.load_results(folder, points=1).runs) == 2


def test_a_scenario_of_ones_own_is_found_by_name(tmp_path):
    mine = tmp_path / "scenarios" / "calm"
    mine.mkdir(parents=True)
    (mine / "scenario.yaml").write_text(
        "parent: january_2014\ntitle: Faster columns\nparams: {march.speed: 60.0}\n"
    )
    done = call(tmp_path, "scenario=calm", "--cfg", "job", "--resolve")
    assert done.returncode == 0, done.stderr
    assert "speed: 60.0" in done.stdout
    assert "name: calm_1000_runs_seed_1\n" in done.stdout
    louder = call(tmp_path, "scenario=calm", "params.march.speed=70", "--cfg", "job")
    assert "speed: 70.0" in louder.stdout


def test_a_scenario_that_sets_an_unknown_parameter_is_refused(tmp_path):
    mine = tmp_path / "scenarios" / "odd"
    mine.mkdir(parents=True)
    (mine / "scenario.yaml").write_text("parent: january_2014\ntitle: Odd\nparams: {march.sped: 60.0}\n")
    kept = tmp_path / "results" / "odd" / "runs.parquet"
    kept.parent.mkdir(parents=True)
    kept.write_text("what an earlier version of the scenario gave")
    said = "infighting: "
    said += "odd/scenario.yaml, params: there is no parameter 'march.sped'; did you mean 'march.speed'?"
    for words in (
        ("name=odd", "overwrite=true"),
        ("dry_run=true",),
        ("design.kind=list", "+design.over.march.speed=[40]"),
    ):
        done = call(tmp_path, "scenario=odd", *words)
        assert (done.returncode, one_line(done)) == (2, said)
    assert kept.exists()
    assert list((tmp_path / "results").iterdir()) == [kept.parent]
