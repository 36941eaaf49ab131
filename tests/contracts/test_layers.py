"""Layers hold because a fault is found: an import uphill, a room in no layer, Mesa among the rules."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
LINTER = shutil.which("lint-imports", path=Path(sys.executable).parent)
pytestmark = pytest.mark.skipif(LINTER is None, reason="import-linter is not installed")


@pytest.fixture
def copy(tmp_path):
    """A copy of the package with its contracts, to break."""
    shutil.copytree(REPO / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPO / "pyproject.toml", tmp_path)
    return tmp_path


def linted(folder):
    """Check the imports of a copy; returns the finished process."""
    env = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run([LINTER, "--no-cache"], cwd=folder, env=env, capture_output=True, text=True)


def plant(file, line):
    """Put an import below the others of a file, inside a function: there it counts as well."""
    file.parent.mkdir(exist_ok=True)
    old = file.read_text() if file.exists() else '"""A new room."""\n'
    file.write_text(f"{old}\n\ndef planted():\n    {line}\n")


FAULTS = {
    "uphill, from rules to stepping": ("core/day.py", "import sim.model", "downhill only"),
    "uphill, from results to figures": ("ensemble/run.py", "import sim.plots.maps", "downhill only"),
    "sideways, between records and stepping": ("record/read.py", "import sim.model.agents", "downhill only"),
    "a room in no layer": ("cellar/__init__.py", "import math", "cellar"),
    "Mesa among the rules": ("core/day.py", "import mesa", "core knows numbers only"),
    "Mesa in a report": ("report/terminal.py", "import mesa", "only the stepped model knows Mesa"),
    "pandas among the rules": ("core/processes/march.py", "import pandas", "core knows numbers only"),
    "Hydra in an ensemble": ("ensemble/run.py", "import hydra", "only the command line knows Hydra"),
}


def test_the_copy_as_it_is_has_no_fault(copy):
    done = linted(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("file", "line", "broken"), FAULTS.values(), ids=list(FAULTS))
def test_what_breaks_a_contract_is_found(copy, file, line, broken):
    plant(copy / "sim" / file, line)
    done = linted(copy)
    assert done.returncode != 0
    assert any(broken in row and "KEPT" not in row for row in (done.stdout + done.stderr).splitlines())
