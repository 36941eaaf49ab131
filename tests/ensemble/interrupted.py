"""What tests of interruptions play, in processes that start warm: they are forked off one that has played."""

import multiprocessing
import os
import tempfile
from pathlib import Path

import sim
from sim.ensemble import plan
from sim.ensemble.design import make_design

OVER = {"march.speed": [30, 45, 60], "plans.pursuit": [0, 0.5, 1], "scenario": ["truce", "january_2014"]}
SMALL = {"runs_per_point": 4, "seed": 0, "days": 8, "detail": "daily", "shards": 72, "progress": False}


def play(kind, out, said):
    """Some runs into a folder; what goes wrong is written into the file ``said``."""
    os.dup2(os.open(said, os.O_WRONLY), 2)
    plan.RUNS_A_SHARD["daily"] = 2  # shards of two runs, so that there are many
    request = {"runs": 144, "seed": 0, "days": 8, "detail": "daily", "out": out, "progress": False}
    if kind == "plain":
        sim.run_ensemble("truce", **request)
    elif kind == "replaced":
        sim.run_ensemble("truce", overwrite=True, **request)
    elif kind == "grid":
        design = make_design("grid", {"seed": [1, 2, 3], "days": [6, 8]})
        sim.run_design(design, runs_per_point=24, detail="daily", out=out, progress=False)
    else:
        sim.run_design(make_design("grid", OVER), out=out, **SMALL)


class Worker:
    """A process that plays some runs into a folder.

    Parameters
    ----------
    kind : str
        What it plays: plain, replaced, grid or design.
    folder : path
        Where to.
    """

    def __init__(self, kind, folder):
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["warm"])
        handle, self._said = tempfile.mkstemp()
        os.close(handle)
        self._process = context.Process(target=play, args=(kind, str(folder), self._said))
        self._process.start()
        self.kill = self._process.kill

    @property
    def plays(self):
        """Whether it has not ended yet."""
        return self._process.is_alive()

    def ended(self):
        """Wait for its end: exit code, and what went wrong."""
        self._process.join(300)
        words = Path(self._said).read_text()
        Path(self._said).unlink()
        return self._process.exitcode, words
