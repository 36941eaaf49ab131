"""The cache of compiled rules: an edit anywhere is never missed, and what was compiled is used again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

import sim
from sim.core.bitset import contains, drop_lowest, lowest

PACKAGE = Path(sim.__file__).parent
CALL = """
from sim.core.kernel import CACHE, is_warm, source_hash
from sim.core.processes.support import security
from sim.core.state import empty_state
state = empty_state(1, 1, 1, 1)
state.garrisons.local, state.garrisons.mobile, state.town_index.men = 3, 4, 10
compiled = len(list(CACHE.rglob("*.rule")))
print(security(state, 0, 0), len(list(CACHE.rglob("*.rule"))) - compiled, is_warm(), source_hash())
"""


@numba.njit
def rows_in(bits, out):
    """All rows of a set, as a rule goes through them; returns how many."""
    n = 0
    while bits != 0:
        out[n] = lowest(bits)
        bits = drop_lowest(bits)
        n += 1
    return n


@pytest.mark.skipif(bool(numba.config.DISABLE_JIT), reason="nothing is compiled")
def test_an_edit_in_a_called_file_compiles_afresh(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))

    def call():
        asked = [sys.executable, "-P", "-c", CALL]
        env = os.environ | {"PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
        done = subprocess.run(asked, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
        return done.stdout.split()

    value, new, warm, version = call()
    assert (float(value), warm) == (0.7, "False")
    assert int(new) > 0
    assert call() == [value, "0", "False", version]  # nothing is compiled twice
    called = tmp_path / "sim" / "core" / "snapshot.py"  # security, in another file, calls men_in
    text = called.read_text()
    assert text.count("return garrison.local + garrison.mobile") == 1
    called.write_text(text.replace("garrison.local + garrison.mobile", "garrison.local"))
    other, new, _, edited = call()
    assert (float(other), edited != version) == (0.3, True)
    assert int(new) > 0
    called.write_text(text)
    assert call() == [value, "0", "False", version]
    lean = tmp_path / "sim" / "core" / "machine_code.py"
    lean.write_text(lean.read_text().replace("IS_LEAN = ", "IS_LEAN = False and "))
    assert call()[0] == value  # as with a version of numba whose insides are not known


@pytest.mark.uncompiled
def test_sets_of_factions_as_bits():
    for members in ([], [0], [62], [0, 62], [1, 5, 16], list(range(63))):
        bits, out = sum(1 << f for f in members), np.full(64, -1)
        assert rows_in(np.int64(bits), out) == len(members)
        assert out[: len(members)].tolist() == members
        assert [f for f in range(63) if contains(bits, f)] == members
