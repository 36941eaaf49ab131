"""python experiments/02_record/best.py: the point whose runs, taken together, are nearest to the record.

A single world is mostly luck, so the best point is not the luckiest particle. From the
values of start.csv a
(1 + 1) evolution strategy (Rechenberg 1973) changes a few parameters at a time and keeps what brings many
worlds together nearer: chances town by day (Brier) and medians of the targets, weighted as in the fit. All
points are played with the same random numbers. Writes results/02_record/best.csv, which ship.py makes the
defaults.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from tqdm import tqdm
from worlds import ROOM, UNMARCHED, Theatre, declared, distance, screened_in, together

from sim.ensemble.engine import run_keys
from sim.params import as_dict, rows
from sim.record.observe import observed_of_output

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "results" / "02_record"
MISS = 0.5  # what being outside a tolerance costs by itself in the last stage, in half-widths
MOVED = 0.15  # part of the parameters changed in one step
LAST = 2  # the stage in which tolerances count by themselves
EDGE = 2.3  # standard normal: a hundredth from the bounds


def off(parts):
    """Distance from the parts of it that `Climb.parts` gives."""
    return float(distance(parts[:-1]) + parts[-1])


class Climb:
    """Points and how far their worlds together are from the record.

    Parameters
    ----------
    theatre : Theatre
        Whose dimensions are the parameters that may change.
    runs : int
        Worlds a point.
    seed : int
        Of their random numbers, the same for every point.
    miss : float
        What a median outside its tolerance costs by itself.
    """

    def __init__(self, theatre, runs, seed, miss=0.0):
        self.theatre, self.runs, self.seed, self.miss = theatre, runs, seed, miss

    def parts(self, z):
        """Parts of the distance at a point; last, what it costs that too few march."""
        theatre = self.theatre
        row = rows([theatre.params_at(z)])
        table = np.repeat(row, self.runs).view(np.recarray)
        kept = theatre.begin.play(table, run_keys(self.seed, range(self.runs)), "full", ROOM)
        observed = observed_of_output(kept, theatre.scenario, theatre.begin.static)
        parts = together(observed, theatre.record, theatre.names, theatre.scenario.day, self.miss)
        return np.append(parts, UNMARCHED * theatre.unmarched(row))

    def climb(self, z, steps, rng, told=None):
        """From a point to a nearer one in so many steps; (point, its parts, those of the start)."""
        parts = first = self.parts(z)
        width = 0.5
        for step in range(steps):
            moved = rng.random(len(z)) < MOVED
            other = np.where(moved, z + width * rng.standard_normal(len(z)), z).clip(-EDGE, EDGE)
            found = self.parts(other)
            nearer = off(found) < off(parts)
            width = min(0.8, width * 1.15) if nearer else max(0.2, width * 0.985)
            if nearer:
                z, parts = other, found
            if told is not None:
                told(step, z, parts, nearer)
        return z, parts, first


def search(stage, params, names, settings):
    """One stage of the search; returns the parameters it found."""
    theatre = Theatre(str(ROOT / settings["record"]), names, params=params)
    miss = MISS if stage == LAST else 0.0
    climb = Climb(theatre, settings["runs_each"][stage], settings["seed"] + stage, miss)
    with tqdm(total=settings["steps"][stage], unit="step", mininterval=20) as bar:

        def told(step, z, parts, nearer):
            bar.update()
            if nearer:
                tqdm.write(f"{step} {off(parts):.4f} {parts.round(3)}")

        rng = np.random.default_rng(settings["seed"] + 2 + stage)
        z, parts, first = climb.climb(declared(theatre), settings["steps"][stage], rng, told)
    print(f"{off(first):.4f} -> {off(parts):.4f} over {len(names)} parameters")
    return as_dict(theatre.params_at(z))


def main(words=None):
    """Search in three stages, and write the point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", default=HERE / "fit.yaml")
    parser.add_argument("--screening", default=OUT / "screening.csv", help="which parameters matter")
    parser.add_argument("--out", default=OUT / "best.csv", type=Path)
    asked = parser.parse_args(words)
    settings = yaml.safe_load(Path(asked.settings).read_text())
    screened = screened_in(asked.screening)
    screened = screened[~screened["name"].str.startswith("men.")]
    which = [screened.loc[screened["most"] > 1.0, "name"], screened.loc[screened["fitted"], "name"]]
    start = pd.read_csv(HERE / "start.csv").set_index("name")["value"].to_dict()
    missing = sorted(set(which[0]) - set(start))
    if missing:
        raise SystemExit(f"{HERE / 'start.csv'}: no value for {', '.join(missing)}, which the search moves")
    params = start
    for stage in (0, 1, 2):
        params = search(stage, params, list(which[min(stage, 1)]), settings)
    table = pd.DataFrame({"name": start.keys(), "before": start.values()})
    table["best"] = [params[n] for n in table["name"]]
    table.to_csv(asked.out, index=False, float_format="%.6g")


if __name__ == "__main__":
    main()
