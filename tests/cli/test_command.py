"""One command: its subcommands, what they wait for, and what words mean before Hydra reads them."""

import functools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

import sim
from sim.__main__ import main
from sim.cli.command import COMMANDS
from sim.cli.experiments import questions
from sim.cli.words import read_words
from sim.docs import results
from sim.params import Params, as_dict

REPO = Path(__file__).parents[2]
WAITS = """
import sys
from sim.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
print([name for name in ("numba", "matplotlib", "mesa") if name in sys.modules], file=sys.stderr)
"""


@pytest.fixture
def say(tmp_path, monkeypatch, called):
    """Type a command in an empty folder: exit code, standard output and error."""
    monkeypatch.chdir(tmp_path)
    return functools.partial(called, tmp_path)


def shown(out):
    """The configuration that --show prints, and what it says differs from the defaults."""
    lines = [line[4:].split(": ", 1) for line in out.splitlines() if line.startswith("#   ")]
    return yaml.safe_load(out), dict(lines)


def test_help_names_every_command(say):
    code, out, err = say("--help")
    assert (code, err) == (0, "")
    assert all(f"\n  {name} " in out for name in COMMANDS)
    assert say("--version") == (0, f"infighting {sim.__version__}\n", "")


@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "run"])
def test_help_of_every_command_has_examples(say, command):
    code, out, err = say(command, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: infighting {command} ")
    assert f"examples:\n  infighting {command}" in out


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in ("run", "sweep")])
def test_a_misspelt_option_of_every_command_is_one_line(say, command):
    needed = {"score": ["x", "--record", "y"], "record": ["check", "x"]}
    needed |= {"forecast": ["--issue", "x", "--out", "y"], "shards": ["run"], "scenario": ["new", "x"]}
    code, out, err = say(command, *needed.get(command, ["x"]), "--hepl")
    assert (code, out) == (2, "")
    assert err.startswith(f"infighting: {command}: --hepl is not understood; did you mean '--help'?")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("word", "meant"),
    [("reprot", "report"), ("swep", "sweep"), ("experiment", "experiments"), ("doc", "docs")],
)
def test_a_misspelt_command_names_the_nearest(say, word, meant):
    assert say(word) == (2, "", f"infighting: there is no command {word!r}; did you mean {meant!r}?\n")
    assert "there are: run, sweep" in say("zzz")[2]


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["run", "--help"],
        ["report", "--help"],
        ["params", "grievance"],
        ["experiments", "--help"],
        ["scenari=truce"],
        ["params.march.sped=3"],
        ["compare", "a", "b", "--contrl", "holm"],
        ["scenario=truce", "--show"],
        ["verfy"],
    ],
    ids=" ".join,
)
def test_help_and_misspelt_words_wait_for_no_compiler(words, tmp_path):
    env = os.environ | {"PYTHONPATH": str(REPO)}
    command = [sys.executable, "-c", WAITS, *words]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120)
    assert done.stderr.splitlines()[-1] == "[]", done.stderr


# --- words of a run -------------------------------------------------------------------------------------

WRONG = {
    "scenario=[truce,pursuit]": "write -m scenario=truce,pursuit",
    "-m scenario=[truce,pursuit]": "write -m scenario=truce,pursuit",
    "-m scenario=[truce,pursuit],mosul": "write -m scenario=truce,pursuit,mosul",
    "experiment=[01_scenarios,12_screening]": "write -m experiment=01_scenarios,12_screening",
    "scenario=truce,pursuit": "add -m",
    "seed=1,2": "add -m",
    "scenario=null": "expected the name of a scenario, or the path of its folder",
    "scenario=3": "expected the name of a scenario, or the path of its folder",
    "params=5": "one parameter is set as params.march.speed=40",
    "params=null": "one parameter is set as params.march.speed=40",
    "+params.x=1": "there is no option params.x",
    "+params.x.y=1": "there is no option params.x.y",
    "name=ü": "quote letters beyond a to z, as in \"name='ü'\"",
    "-m seed=range(0,0)": "seed=range(0,0) has no values",
    "-m scenario=glob(zz*)": "scenario=glob(zz*) has no values",
    "-m seed=interval(0,1)": "an interval has no values of its own",
    "scenario=nowhere/truce": "scenario=nowhere/truce does not exist",
    "--shw": "there is no option --shw; did you mean '--show'?",
}


@pytest.mark.parametrize(("words", "expected"), WRONG.items(), ids=list(WRONG))
def test_words_that_would_do_something_else_are_one_line(say, tmp_path, words, expected):
    code, out, err = say("run", *words.split())
    assert (code, out) == (2, "")
    assert expected in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["-m", "seed=1,2"], ["seed=1,2", "--multirun"]])
def test_the_flag_of_several_stands_before_or_after(words):
    found = read_words(words)
    assert (found.several, found.overrides, found.flags) == (True, ["seed=1,2"], [])


def test_a_sweep_needs_something_that_varies(say):
    code, _, err = say("sweep")
    assert (code, "such as seed=1,2" in err) == (2, True)


# --- scenarios and experiments --------------------------------------------------------------------------


def own_scenario(folder, text="parent: january_2014\ntitle: Faster columns\nparams: {march.speed: 60.0}\n"):
    """Write a scenario into a folder."""
    folder.mkdir(parents=True)
    (folder / "scenario.yaml").write_text(text)
    return folder


@pytest.mark.parametrize("place", ["somewhere/calm", "wars of mine/étude", "somewhere/truce"])
def test_a_scenario_is_found_by_the_path_of_its_folder(say, tmp_path, place):
    own_scenario(tmp_path / place)
    for path in (place, str(tmp_path / place)):
        code, out, err = say(f"scenario={path}", "--show", "runs=3")
        assert (code, err) == (0, "")
        cfg, changed = shown(out)
        assert (cfg["scenario"]["name"], cfg["params"]["march"]["speed"]) == (path, 60.0)
        assert Path(cfg["name"]).name == cfg["name"]
        assert changed["params.march.speed"].endswith(" -> 60.0")
    code, out, _ = say(f"scenario={place}", "--show", "params.march.speed=70")
    assert shown(out)[0]["params"]["march"]["speed"] == 70.0
    if place.isascii() and " " not in place:
        code, out, _ = say("-m", f"scenario=pursuit,{place}", "--show")
        assert [cfg["scenario"]["name"] for cfg in yaml.safe_load_all(out)] == ["pursuit", place]


def test_the_path_of_a_known_scenario_is_that_scenario(say, tmp_path):
    own_scenario(tmp_path / "scenarios" / "calm")
    for word in ("calm", "scenarios/calm"):
        code, out, _ = say(f"scenario={word}", "--show")
        assert (code, shown(out)[0]["name"]) == (0, "calm_1000_runs_seed_1")


def test_an_experiment_may_name_a_scenario_by_its_path(say, tmp_path):
    own_scenario(tmp_path / "somewhere" / "calm")
    file = tmp_path / "experiments" / "01_fast" / "design.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("scenario: somewhere/calm\ndesign: {kind: list, over: {plans.pursuit: [0.1, 0.2]}}\n")
    code, out, err = say("experiment=01_fast", "--show")
    assert (code, err) == (0, "")
    assert shown(out)[0]["scenario"] == {"name": "somewhere/calm", "params": {"march.speed": 60.0}}


BROKEN = {
    "deep": "params: " + "[" * 3000 + "]" * 3000 + "\n",
    "no YAML": "parent: [january_2014\n",
    "not text": "\x00",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=list(BROKEN))
def test_a_broken_folder_is_in_nobodys_way(say, tmp_path, text):
    own_scenario(tmp_path / "scenarios" / "bad", text)
    for words in (["scenario=truce", "--show"], ["params", "grievance"], ["run", "--help"]):
        code, _, err = say(*words)
        assert (code, err) == (0, "")
    assert read_words(["-m", "scenario=glob(ba*)"]).overrides == ["scenario=bad"]


def test_a_scenario_that_cannot_be_read_as_a_file_is_no_scenario(say, tmp_path):
    (tmp_path / "scenarios" / "pipe").mkdir(parents=True)
    os.mkfifo(tmp_path / "scenarios" / "pipe" / "scenario.yaml")
    code, _, err = say("scenario=pipe", "--show")
    assert code == 2
    assert "scenario=pipe does not exist" in err
    assert "did you mean 'pipe'" not in err


# --- show, params, experiments --------------------------------------------------------------------------


def test_show_prints_what_differs_and_plays_nothing(say, tmp_path):
    code, out, err = say("run", "--show", "seed=7", "params.march.speed=30")
    assert (code, err) == (0, "")
    cfg, changed = shown(out)
    assert changed.keys() == {"seed", "params.march.speed", "name"}
    assert changed["seed"] == "1 -> 7"
    assert cfg["params"]["march"]["speed"] == 30.0
    assert "# nothing differs" in say("--show")[1]
    assert list(tmp_path.iterdir()) == []


def test_show_of_an_experiment_is_its_difference(say):
    code, out, err = say("--show", "experiment=01_scenarios")
    assert (code, err) == (0, "")
    cfg, changed = shown(out)
    assert changed["experiment"] == "null -> 01_scenarios"
    assert changed["design.kind"] == f"null -> {cfg['design']['kind']}"


@pytest.mark.parametrize("words", [["seed=-1"], ["params.march.speed=1"], ["design.points=3"]])
def test_show_checks_as_a_run_does(say, words):
    code, out, err = say("--show", *words)
    assert (code, out) == (2, "")
    assert words[0].split("=")[0] in err


def test_parameters_are_found_by_word(say):
    code, out, err = say("params", "march.speed")
    assert (code, err) == (0, "")
    assert out.startswith(f"params.march.speed = {Params().march.speed:g} km/day  [")
    assert "    Source: " in out
    assert say("params")[1].endswith(f"{len(as_dict(Params()))} parameters; set one as params.NAME=VALUE\n")
    code, out, err = say("params", "nosuchword")
    assert (code, out, err) == (1, "", "infighting: no parameter has nosuchword in it\n")


def test_a_page_that_is_not_what_the_code_says_is_noticed(say, tmp_path, monkeypatch):
    assert say("docs", "results", "--check")[0] == 0
    old = tmp_path / "RESULTS.md"
    old.write_text(results.page().replace("| trough_day | day |", "| trough_day | week |"))
    monkeypatch.setattr(results, "PAGE", old)
    code, out, err = say("docs", "results", "--check")
    assert (code, "| trough_day | day |" in out) == (1, True)
    assert err.endswith("is out of date: infighting docs results writes it\n")
    assert say("docs", "results")[0] == 0
    assert old.read_text() == results.page()
    code, _, err = say("docs", "oddity")
    assert (code, "there is no page oddity (there are: odd, parameters, results" in err) == (2, True)
    assert say("docs", "gallery", "--check")[0] == 2


def test_experiments_are_named_by_number_and_question(say):
    assert [folder.name[:2] for folder in questions()][:2] == ["01", "03"]
    code, _, err = say("experiments", "99_answers")
    assert (code, "there is no experiment 99_answers" in err) == (2, True)
    code, _, err = say("experiments", "01", "--size", "huge")
    assert (code, "expected quick, full or a number above 0" in err) == (2, True)


@pytest.mark.parametrize("before", [None, "0", "1"])
def test_a_run_leaves_the_process_as_it_was(before, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["infighting"])
    monkeypatch.delenv("HYDRA_FULL_ERROR", raising=False)
    if before is not None:
        monkeypatch.setenv("HYDRA_FULL_ERROR", before)
    main(["--show"])
    assert os.environ.get("HYDRA_FULL_ERROR") == before
    assert "scenario" in capsys.readouterr().out


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.6, 1.0, 1.5])
def test_an_interrupt_while_libraries_are_read_is_one_line(tmp_path, seconds):
    env = os.environ | {"PYTHONPATH": str(REPO)}
    code = "from sim.__main__ import main; print('begun', flush=True); main()"
    running = subprocess.Popen(
        [sys.executable, "-c", code, "runs=200000", "progress=false", "name=long"],
        cwd=tmp_path,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what nohup and & leave ignored
    )
    assert running.stdout.readline() == "begun\n"
    time.sleep(seconds)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert err == "infighting: interrupted\n"
