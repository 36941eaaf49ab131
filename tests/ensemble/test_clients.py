"""Programs that play runs of ours: each as its own users call it, where it is installed."""

import importlib.util
import os
import subprocess
import sys

import pandas as pd
import pytest

import sim

CALLED = """
import sys, warnings
warnings.simplefilter("ignore")
import sim

SPEED = "march.speed"

def towns(speed):
    request = {"runs": 2, "days": 5, "threads": 1, "progress": False}
    return float(sim.run_ensemble(params={SPEED: speed}, **request).runs["end_towns"].mean())

def dead(speed=42.0, rise=0.01):
    values = {SPEED: speed, "grievance.rise": rise}
    runs = sim.run_ensemble(runs=2, days=5, params=values, threads=1, progress=False).runs
    return {"dead": float(runs["dead"].mean()), "end_towns": float(runs["end_towns"].mean())}

(low, high), = sim.params.problem([SPEED])["bounds"]
if __name__ == "__main__":
"""
CLIENTS = {  # the module that is asked for, and what its users write
    "ema_workbench": """
    from ema_workbench import Model, MultiprocessingEvaluator, RealParameter, ScalarOutcome
    model = Model("infighting", function=dead)
    model.uncertainties = [RealParameter("speed", low, high), RealParameter("rise", 0, 0.08)]
    model.outcomes = [ScalarOutcome("dead"), ScalarOutcome("end_towns")]
    dead()  # the parent has played, and then is forked
    with MultiprocessingEvaluator(model, n_processes=2) as evaluator:
        cases, outcomes = evaluator.perform_experiments(4)
    for k, case in enumerate(cases.itertuples()):
        assert dead(case.speed, case.rise)["dead"] == outcomes["dead"][k]
""",
    "optuna": """
    import optuna
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=1))
    study.optimize(lambda trial: towns(trial.suggest_float("speed", low, high)), n_trials=4)
    assert study.best_value == towns(study.best_params["speed"]) == max(t.value for t in study.trials)
""",
    "nevergrad": """
    import nevergrad
    speed = nevergrad.p.Instrumentation(speed=nevergrad.p.Scalar(lower=low, upper=high))
    best = nevergrad.optimizers.OnePlusOne(speed, budget=4).minimize(lambda speed: -towns(speed))
    assert low <= best.kwargs["speed"] <= high
""",
    "pyabc": """
    import pyabc
    prior = pyabc.Distribution(speed=pyabc.RV("uniform", low, high - low))
    distance = lambda one, two: abs(one["towns"] - two["towns"])
    model = lambda values: {"towns": towns(values["speed"])}
    towns(42.0)  # the parent has played, and then is forked
    abc = pyabc.ABCSMC(model, prior, distance, population_size=4,
                       sampler=pyabc.sampler.MulticoreEvalParallelSampler(n_procs=2))
    abc.new("sqlite:///kept.db", {"towns": towns(42.0)})
    found, weights = abc.run(max_nr_populations=1).get_distribution()
    assert len(found) == 4 and found["speed"].between(low, high).all()
""",
}


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_plays_runs_as_its_users_write_it(tmp_path, client):
    if importlib.util.find_spec(client) is None:
        pytest.skip(f"{client} is not installed")
    program = tmp_path / "program.py"
    program.write_text(CALLED + CLIENTS[client])
    root = os.path.dirname(os.path.dirname(sim.__file__))
    env = os.environ | {"PYTHONPATH": root}
    words = [sys.executable, str(program)]
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_a_sample_of_salib_is_a_design_and_its_index_comes_back():
    from SALib.analyze import morris as analysis
    from SALib.sample import morris

    problem = sim.params.problem(["march.speed", "grievance.rise"])
    sample = morris.sample(problem, 3, seed=1)
    swept = sim.run_design(
        pd.DataFrame(sample, columns=problem["names"]), runs_per_point=2, days=5, progress=False
    )
    dead = swept.runs.groupby("point")["dead"].mean().to_numpy()
    found = analysis.analyze(problem, sample, dead, seed=1)
    assert list(found["names"]) == problem["names"]
    assert found["mu_star"][0] > 0


def test_duckdb_reads_a_sweep_and_its_points(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    frame = pd.DataFrame({"march.speed": [30.0, 60.0]})
    swept = sim.run_design(frame, runs_per_point=2, days=5, out=tmp_path / "swept", progress=False)
    query = f"""SELECT "march.speed" AS speed, avg(end_towns) AS towns
        FROM '{tmp_path}/swept/runs/*.parquet' JOIN '{tmp_path}/swept/design.parquet' USING (point)
        GROUP BY speed ORDER BY speed"""
    read = duckdb.sql(query).df()
    ours = swept.runs.groupby("point")["end_towns"].mean()
    assert read["speed"].tolist() == [30.0, 60.0]
    assert read["towns"].tolist() == ours.tolist()


@pytest.mark.parametrize("table", ["runs", "daily", "control"])
def test_tables_with_labels_come_back_from_netcdf(tmp_path, table):
    xarray = pytest.importorskip("xarray")
    many = sim.run_ensemble(runs=2, days=5, detail="daily", progress=False).to_xarray(table)
    many.to_netcdf(tmp_path / "kept.nc", engine="scipy")
    with xarray.open_dataset(tmp_path / "kept.nc", engine="scipy") as again:
        assert again.sizes == many.sizes
        for name, values in many.data_vars.items():
            same = (again[name] == values) | (again[name].isnull() & values.isnull())
            assert same.all(), name
