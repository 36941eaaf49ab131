"""The skeletons of a new process, and the edits they ask for, make a process that runs and ships off."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.uncompiled
TRY = """
import numpy as np
from sim.core.day import day
from sim.core.initial import initialize_run
from sim.core.ledger import CODES, empty_ledger
from sim.params import Params, rows, with_values
from sim.scenario.build import build
import toy
assert not Params().curfew.on
for values in ({}, {"curfew.on": True, "curfew.rate": 0.5}):
    static, state = build(toy.country())
    p, ledger = rows([with_values(Params(), values)])[0], empty_ledger(*state.garrisons.shape)
    state = initialize_run(static, state, p, 7, ledger)
    for now in (1, 2, 3):
        day(state, static, ledger, p, np.uint64(7), now)
    print(ledger.flows[:, CODES.index("curfew")].sum())
"""


def tool():
    """The module tools/new_process.py."""
    spec = importlib.util.spec_from_file_location("new_process", ROOT / "tools" / "new_process.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path):
    """A copy of the package to add to."""
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    return tmp_path


def edit(file, old, new):
    """Replace a piece of a file that is in it once."""
    text = file.read_text()
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new))


def test_five_edits_make_a_skeleton_a_process_that_ships_off(checkout):
    left = tool().new_process("curfew", checkout)
    lines = [line.strip() for line in left.splitlines() if line.startswith("       ")]
    import_process, guard, call, import_values, field, draw, happening, column = lines
    day = checkout / "sim" / "core" / "day.py"
    edit(day, "from sim.core.processes.battle", f"{import_process}\nfrom sim.core.processes.battle")
    edit(day, "    if p.march.on:", f"    {guard}\n        {call}\n    if p.march.on:")
    groups = checkout / re.search(r"^2\. (\S+):", left, re.MULTILINE)[1]
    edit(groups, "from sim.params.events import", f"{import_values}\nfrom sim.params.events import")
    edit(groups, "    march: March", f"    {field}\n    march: March")
    for file, line in (("ledger", happening), ("rng", draw)):
        mark = "\nTAXES = " if file == "ledger" else "\n_M0, _M1 = "
        edit(checkout / "sim" / "core" / f"{file}.py", mark, f"{line}\n{mark}")
    edit(checkout / "sim" / "core" / "state.py", '    "oil": (', f'    {column}\n    "oil": (')
    paths = f"{checkout}:{ROOT / 'tests'}"
    done = subprocess.run(
        [sys.executable, "-c", TRY],
        cwd=checkout,
        env={"PYTHONPATH": paths, "NUMBA_DISABLE_JIT": "1", "HOME": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    off, on = map(int, done.stdout.split())
    assert off == 0
    assert on > 0


@pytest.mark.parametrize("name", ["Curfew", "2nd", "raids", "plans", "class", "a-b"])
def test_a_name_that_cannot_be_is_refused(checkout, name):
    with pytest.raises(ValueError, match="NAME"):
        tool().new_process(name, checkout)
