"""The command as a user calls it, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).parents[1]


def call(folder, *words, **environment):
    """Run ``python -m sim`` in a folder; returns the finished process."""
    env = os.environ | {"PYTHONPATH": str(REPO), "COLUMNS": "120"} | environment
    command = [sys.executable, "-m", "sim", *words]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=600)
