"""Lean starts and forks: what is not needed is not imported, and processes forked after a run can play."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
COMMAND = """
import sys
from sim.__main__ import main
main(["runs=1", "days=2", "name=lean", "figures=false", "report=false", "progress=false"])
slow = {"matplotlib", "PIL", "jinja2", "mesa", "statsmodels", "sklearn", "SALib", "scipy.stats"}
print(sorted(slow & set(sys.modules)))
"""
POOL = """
import multiprocessing, sys
import toy
from sim import run_ensemble

def play(seed):
    return run_ensemble(toy.country(), runs=6, days=20, seed=seed, progress=False).runs.to_csv()

if __name__ == "__main__":
    here = [play(seed) for seed in range(4)]  # on two threads
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(play, range(4)).get(timeout=120) == here
    print("the same")
"""


def said(code, folder, **more):
    """The last line that a program prints."""
    env = os.environ | {"PYTHONPATH": f"{REPO}{os.pathsep}{REPO / 'tests'}"} | more
    file = folder / "program.py"
    file.write_text(code, encoding="utf-8")
    asked = [sys.executable, "-P", str(file)]
    done = subprocess.run(asked, cwd=folder, env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_nothing_that_draws_or_estimates_is_imported_where_nothing_is_drawn(tmp_path):
    assert said(COMMAND, tmp_path) == "[]"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forking_pool_works_after_the_parent_has_played(tmp_path):
    assert said(POOL, tmp_path, NUMBA_NUM_THREADS="2") == "the same"
