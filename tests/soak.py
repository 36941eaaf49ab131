"""Ten minutes of steps, forks, saves, ensembles, sweeps and kills at random (``make soak``).

What is done twice must give the same bits, whatever happened in between, and memory must not grow. Prints
what was done; ends with 1 if a bit differs or memory grew by more than 40 MB after a third of the time.
An hour of it: ``make soak ARGS="--minutes 60"``.
"""

import argparse
import ctypes
import gc
import hashlib
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import faulting
from stepped import bits

import sim
from sim.model import RebelConflict

GROWTH = 40  # MB after everything has been done once
SEEDS = 6  # of worlds that come again


def memory():
    """MB that this process holds, what is free given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def sha(*parts):
    """A short hash of bytes."""
    hashed = hashlib.sha256()
    for part in parts:
        hashed.update(part)
    return hashed.hexdigest()[:16]


class Soak:
    """What is done over and over, and what came of it the first time.

    Parameters
    ----------
    choose : random.Random
        What comes next.
    home : Path
        Where files go.
    """

    def __init__(self, choose, home):
        self.choose, self.home = choose, home
        self.known, self.wrong, self.done = {}, [], Counter()

    def same(self, what, value):
        """Remember what something gave, or compare it with what it gave before."""
        if self.known.setdefault(what, value) != value:
            self.wrong.append(f"{what}: {value}, and before {self.known[what]}")

    def world(self):
        """A seed, a number of days, and the world after them."""
        seed, days = self.choose.randrange(SEEDS), self.choose.randrange(1, 60)
        return seed, days, RebelConflict(faulting.scenario(), seed=seed, days=80)

    def steps(self):
        """A world stepped, with looks at it in between that must change nothing."""
        seed, days, model = self.world()
        for _ in range(days):
            model.step()
            if self.choose.random() < 0.2:
                self.choose.choice([model._repr_html_, model.explain, model.strengths, model.fork])()
        self.same(("world", seed, days), sha(*bits(model)))

    def forks(self):
        """A world forked halfway, the fork changed by hand; the original goes on as if it had not been."""
        seed, days, model = self.world()
        half = self.choose.randrange(days)
        model.run(half)
        twin, other = model.fork(), model.fork(seed=99)
        other.faction("caliph").fighters["dam"] = self.choose.randrange(5_000)
        other.run(self.choose.randrange(5))
        for one in (model, twin):
            self.same(("world", seed, days), sha(*bits(one.run(days - half))))

    def saves(self):
        """A world saved halfway and loaded."""
        seed, days, model = self.world()
        half = self.choose.randrange(days)
        file = model.run(half).save(self.home / "world", overwrite=True)
        self.same(("world", seed, days), sha(*bits(RebelConflict.load(file).run(days - half))))

    def ensembles(self):
        """Many runs in memory, some of them stepped again."""
        seed, days = self.choose.randrange(SEEDS), self.choose.choice([5, 20, 40])
        runs = self.choose.choice([1, 20, 300])
        ensemble = sim.run_ensemble(
            faulting.scenario(), runs=runs, seed=seed, days=days, detail="full", progress=False
        )
        tables = {name: ensemble.tables[name] for name in ensemble.tables}
        first = {name: table[table["run"] == 0].to_csv(index=False) for name, table in tables.items()}
        self.same(("run 0", seed, days), sha(*(first[name].encode() for name in sorted(first))))
        replayed = ensemble.replay(self.choose.randrange(runs))
        self.same(("replay", seed, days, replayed.run_number), sha(replayed.state.tobytes()))

    def sweeps(self):
        """A sweep in a process of its own, killed at random and resumed: the files of an undisturbed one."""
        kind, folder = self.choose.choice(faulting.KINDS), Path(tempfile.mkdtemp(dir=self.home)) / "sweep"
        kills = self.choose.randrange(1, 4) if (kind, "files") in self.known else 0
        files = faulting.sweep(kind, folder, kills, self.choose)
        self.same((kind, "files"), sha(*(str(name).encode() + files[name] for name in files)))

    def faults(self):
        """A handful of faults, which must leave nothing behind."""
        for kind in faulting.CLASSES:
            number = self.choose.randrange(10**6)
            try:
                faulting.case(kind, number)
            except AssertionError as error:
                self.wrong.append(f"{kind}, case {number}: {error}")


def main():
    """Soak as long as asked for, and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    request = parser.parse_args()
    grown = []
    with tempfile.TemporaryDirectory() as home:
        soak = Soak(random.Random(request.seed), Path(home))
        jobs = (soak.steps, soak.forks, soak.saves, soak.ensembles, soak.faults)
        for job in (*jobs, soak.sweeps):  # everything once: what is kept from then on stays
            job()
        began, ends = time.monotonic(), time.monotonic() + 60 * request.minutes
        while time.monotonic() < ends and not soak.wrong:
            job = soak.sweeps if soak.choose.random() < 0.03 else soak.choose.choice(jobs)
            job()
            soak.done[job.__name__] += 1
            if time.monotonic() - began > 20 * request.minutes:  # a third of the time
                grown.append(memory())
    done = ", ".join(f"{count:,} {name}" for name, count in sorted(soak.done.items()))
    first, last = (min(grown[:10], default=0.0), min(grown[-10:], default=0.0))
    print(f"{(time.monotonic() - began) / 60:.1f} minutes: {done}")
    print(f"memory: {first:.0f} MB after a third of the time, {last:.0f} MB at the end")
    print(f"{len(soak.known):,} results were made, those that came again to the same bits: {not soak.wrong}")
    for words in soak.wrong:
        print(f"FAILED: {words}")
    if last - first > GROWTH:
        print(f"FAILED: memory grew by {last - first:.0f} MB")
    return int(bool(soak.wrong) or last - first > GROWTH)


if __name__ == "__main__":
    sys.exit(main())
