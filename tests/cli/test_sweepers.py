"""Sweepers of Hydra's that choose values by what they are told: the objective of every trial."""

import json
import os
import re

import pandas as pd
import pytest
import yaml
from command import REPO, call

import sim
from sim.analysis.comparison import MEASURES, measured, objectives
from sim.ensemble.frames import RUNS

SMALL = ("runs=3", "days=6", "detail=summary")
HALVING = '''
from dataclasses import dataclass

from hydra.core.config_store import ConfigStore
from hydra.core.plugins import Plugins
from hydra.plugins.sweeper import Sweeper


@dataclass
class Settings:
    _target_: str = "hydra_plugins.halving.Halving"
    trials: int = 3


ConfigStore.instance().store(group="hydra/sweeper", name="halving", node=Settings, provider="halving")


class Halving(Sweeper):
    """Goes to the better half of an interval."""

    def __init__(self, trials):
        self.trials = trials

    def setup(self, *, hydra_context, task_function, config):
        self.launcher = Plugins.instance().instantiate_launcher(
            hydra_context=hydra_context, task_function=task_function, config=config
        )

    def sweep(self, arguments):
        name, _, span = next(word for word in arguments if "interval" in word).partition("=interval(")
        low, high = map(float, span.rstrip(")").split(","))
        fixed = [word for word in arguments if "interval" not in word]
        for trial in range(self.trials):
            ends = self.launcher.launch(
                [[*fixed, f"{name}={low}"], [*fixed, f"{name}={high}"]], initial_job_idx=2 * trial
            )
            print("told", [end.return_value for end in ends])
            middle = (low + high) / 2
            low, high = (low, middle) if ends[0].return_value < ends[1].return_value else (middle, high)
'''


def told(out):
    """What a sweeper was told, trial by trial, and in which folder the trial is."""
    return re.findall(r"^end_towns = (\S+)   (\S+)$", out, re.MULTILINE)


def test_a_sweeper_is_told_the_objective_of_every_trial(tmp_path):
    plugin = tmp_path / "plugins" / "hydra_plugins" / "halving"
    plugin.mkdir(parents=True)
    (plugin / "__init__.py").write_text(HALVING)
    path = f"{REPO}{os.pathsep}{tmp_path / 'plugins'}"
    words = ["-m", "hydra/sweeper=halving", "objective=end_towns", *SMALL]
    words += ["params.march.speed=interval(30,60)"]
    done = call(tmp_path, *words, PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    trials = told(done.stdout)
    assert len(trials) == 6
    pairs = [json.loads(line[5:]) for line in done.stdout.splitlines() if line.startswith("told ")]
    assert [f"{value:.6g}" for pair in pairs for value in pair] == [value for value, _ in trials]
    for value, folder in trials:  # each is a result as any other
        ensemble = sim.load_results(tmp_path / folder)
        assert f"{ensemble.runs['end_towns'].mean():.6g}" == value
        assert {f.name for f in (tmp_path / folder).iterdir()} == {"runs", "shards", "manifest.json"}
    speeds = {sim.load_results(tmp_path / folder).params.march.speed for _, folder in trials}
    assert {30.0, 60.0} < speeds
    assert "│" not in done.stdout  # a line a trial, not its whole table
    written = {file: file.stat().st_mtime_ns for file in tmp_path.glob("results/*/*/runs/*")}
    assert len(written) == len(speeds)
    again = call(tmp_path, *words, PYTHONPATH=path)
    assert told(again.stdout) == trials
    assert {file: file.stat().st_mtime_ns for file in written} == written  # nothing is played again


def test_a_sweeper_of_optuna_finds_its_best_trial(tmp_path):
    pytest.importorskip("hydra_plugins.hydra_optuna_sweeper")
    search = ["hydra.sweeper.n_trials=4", "hydra.sweeper.sampler.seed=1", "hydra.sweeper.direction=maximize"]
    words = ["params.march.speed=interval(25,90)", "params.plans.pinning=choice(0,0.3)"]
    done = call(tmp_path, "-m", "hydra/sweeper=optuna", *search, "objective=end_towns", *SMALL, *words)
    assert done.returncode == 0, done.stderr
    trials = told(done.stdout)
    (file,) = tmp_path.glob("results/*/optimization_results.yaml")
    best = yaml.safe_load(file.read_text())
    assert f"{best['best_value']:.6g}" == max((value for value, _ in trials), key=float)
    assert len(trials) == 4


WRONG = {
    "hydra/sweeper=optuna objective=end_towns": "chooses the values of several jobs: add -m",
    "objective=3": "objective=3: expected a measure of runs such as end_towns, or a list of them",
    "objective=[]": "objective=[]: expected a measure",
    "objective=end_town runs=1": "no measure is called 'end_town'; did you mean 'end_towns'?",
    "objective=[end_towns,outcome] runs=1": "no measure is called 'outcome'",
    "objective=dead experiment=01_scenarios": "objective= is of one world; a design leaves tables",
    "-m hydra/sweeper=nevergrat objective=dead seed=1,2": "hydra/sweeper=nevergrat is not installed",
}


@pytest.mark.parametrize(("words", "expected"), WRONG.items(), ids=list(WRONG))
def test_what_tells_a_sweeper_nothing_is_one_line(called, tmp_path, words, expected):
    code, _, err = called(tmp_path, *words.split())
    assert code == 2
    assert expected in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_one_run_shows_its_objectives_too(called, tmp_path):
    quiet = ("figures=false", "report=false", "progress=false", "name=x")
    code, out, _ = called(tmp_path, *SMALL, *quiet, "objective=[end_towns,stands]")
    runs = sim.load_results(tmp_path / "results" / "x").runs
    assert code == 0
    stands = runs["outcome"].isin(["unbroken", "regrouped", "resurgent"]).mean()
    assert out.endswith(f"\nObjective: end_towns = {runs['end_towns'].mean():.6g}, stands = {stands:.6g}\n")


def test_every_measure_can_be_the_objective():
    runs = sim.run_ensemble(runs=4, days=60, progress=False).runs
    for name in [name for name, about in MEASURES.items() if about[3]]:
        values = pd.Series(measured(runs, name), dtype=float)
        if values.notna().any():
            assert objectives(runs, name) == {name: pytest.approx(values.mean())}
    for name in (name for name in RUNS if RUNS[name][0] and runs[name].notna().any()):
        assert objectives(runs, name)[name] == pytest.approx(runs[name].astype(float).mean())
    with pytest.raises(ValueError, match="objective=blow_day: none of these 4 runs has a value of it"):
        objectives(runs.assign(blow_day=float("nan")), ["end_towns", "blow_day"])
