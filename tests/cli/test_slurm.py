"""A sweep on a real SLURM: two jobs at a time, one killed, started again, the same to the last digit."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
import pytest

import sim

sys.path.insert(0, str(Path(__file__).parent))
from one_node import Cluster, missing

REPO = Path(__file__).parents[2]
SHARDS = 6
YAML = f"""
days: 60
design:
  kind: latin_hypercube
  points: 24
  runs_per_point: 10
  shards: {SHARDS}
  over: {{params.march.speed: , params.plans.pursuit: [0, 0.5]}}
"""
SLURM = (
    "-m",
    "hydra/launcher=slurm",
    "hydra.launcher.partition=here",
    "hydra.launcher.timeout_min=10",
    "hydra.launcher.mem_gb=1",
    "hydra.launcher.cpus_per_task=1",
)

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "it can be run")


@pytest.fixture
def cluster():
    """One node, up and idle."""
    with tempfile.TemporaryDirectory(prefix="slurm") as folder, Cluster(folder) as running:
        yield running


def start(folder, env, *words):
    """``python -m sim`` in a process group of its own."""
    command = [sys.executable, "-m", "sim", *words, "experiment=01_slurm"]
    env = env | {"PYTHONPATH": str(REPO)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=folder, env=env, start_new_session=True, **pipes)


def until(is_so, process, seconds=240):
    """Wait for something to be so; what it is."""
    begun = time.monotonic()
    while not (found := is_so()):
        assert time.monotonic() - begun < seconds, "it took too long"
        assert process.poll() is None, process.stdout.read()
        time.sleep(0.1)
    return found


def test_a_sweep_on_slurm_survives_a_killed_job(cluster, tmp_path):
    (tmp_path / "experiments" / "01_slurm").mkdir(parents=True)
    (tmp_path / "experiments" / "01_slurm" / "design.yaml").write_text(YAML)
    shards = tmp_path / "results" / "01_slurm" / "shards"

    def receipts():
        return sorted(shards.glob("*.json"))

    def midway():
        """Process of a job in the middle of its shard, while another job is at work and one has ended."""
        workers = cluster.workers()
        at_work = [pid for pid, k in workers.items() if (shards / f".{k:05d}.lock").exists()]
        at_work = [pid for pid in at_work if not (shards / f"{workers[pid]:05d}.json").exists()]
        return at_work[0] if receipts() and at_work and len(workers) == 2 else 0

    first = start(tmp_path, cluster.env, *SLURM)
    os.kill(until(midway, first), signal.SIGKILL)
    until(lambda: not cluster.ask("squeue", "-h"), first)  # all other jobs have ended
    os.killpg(first.pid, signal.SIGKILL)  # the launcher waits for the dead: it goes, too
    first.communicate()
    assert len(receipts()) == SHARDS - 1
    kept = {file: file.stat().st_mtime_ns for file in receipts()}

    second = start(tmp_path, cluster.env, *SLURM)
    said, _ = second.communicate(timeout=240)
    assert second.returncode == 0, said
    assert f"24 points, 240 runs of 60 days, seed 1, {SHARDS} shards." in said
    assert len(receipts()) == SHARDS
    assert {file: file.stat().st_mtime_ns for file in kept} == kept  # only what was missing was played

    local = start(tmp_path, os.environ, "name=local")
    said, _ = local.communicate(timeout=240)
    assert local.returncode == 0, said
    on_slurm, here = (sim.load_results(tmp_path / "results" / name) for name in ("01_slurm", "local"))
    pd.testing.assert_frame_equal(on_slurm.runs, here.runs, check_exact=True)
