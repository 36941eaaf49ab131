"""python experiments/02_record/best.py: the point whose runs, taken together, are nearest to the record.

A single world is mostly luck, so the best point is not the luckiest one. From the declared values, or from
the middle of the posterior if that is nearer, CMA-ES (Hansen and Ostermeier 2001; ``pip install
'infighting[fit]'``) moves the parameters that the record narrowed most to where many worlds together are
nearer: chances town by day (Brier) and medians of the targets, weighted as in worlds.py. All points are
played with the same random numbers. Writes results/02_record/best.csv. What is declared stays as it is,
until ship.py is asked to change it.
"""

import argparse
from pathlib import Path

import cma
import numpy as np
import pandas as pd
import yaml
from scipy.special import ndtri
from threadpoolctl import threadpool_limits
from tqdm import tqdm
from worlds import ROOM, UNMARCHED, Theatre, declared, distance, together

from sim.ensemble.engine import run_keys
from sim.params import as_dict, rows
from sim.record.observe import observed_of_output

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "results" / "02_record"
EDGE = 2.3  # standard normal: a hundredth from the bounds
WIDTH = 0.3  # of the first steps


def off(theatre, z, key):
    """How far worlds with these keys, together, are from the record at a point."""
    row = rows([theatre.params_at(z)])
    kept = theatre.begin.play(np.repeat(row, len(key)).view(np.recarray), key, "full", ROOM)
    observed = observed_of_output(kept, theatre.scenario, theatre.begin.static)
    parts = together(observed, theatre.record, theatre.names, theatre.scenario.day)
    return float(distance(parts) + UNMARCHED * theatre.unmarched(row)[0])


def search(measure, start, moved, settings, seed, told=lambda: None):
    """From a point to a nearer one, some of whose dimensions move: (point, how far it is off)."""
    options = {"popsize": settings["points"], "maxiter": settings["generations"], "seed": seed, "verbose": -9}
    strategy = cma.CMAEvolutionStrategy(
        start[moved].clip(-EDGE, EDGE), WIDTH, options | {"bounds": [-EDGE, EDGE]}
    )
    best, least = start, measure(start)
    with threadpool_limits(1):
        while not strategy.stop():
            asked, offs = strategy.ask(), []
            for values in asked:
                z = start.copy()
                z[moved] = values
                offs.append(measure(z))
                if offs[-1] < least:
                    best, least = z, offs[-1]
                told()
            strategy.tell(asked, offs)
    return best, least


def main(words=None):
    """Search, and write the point."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", default=HERE / "fit.yaml")
    parser.add_argument("--out", default=OUT, type=Path, help="where contraction.csv is, and best.csv goes")
    asked = parser.parse_args(words)
    settings = yaml.safe_load(Path(asked.settings).read_text())
    own = settings["best"]
    theatre = Theatre(str(ROOT / settings["record"]), None, settings["seed"])
    table = pd.read_csv(asked.out / "contraction.csv").set_index("name")
    middle = table.loc[theatre.prior.names, "median"].to_numpy()
    share = (middle - theatre.prior.low) / (theatre.prior.high - theatre.prior.low)
    starts = [declared(theatre), np.where(theatre.prior.is_men, 0.0, ndtri(share.clip(0.01, 0.99)))]
    narrowed = [name for name in table.index if not name.startswith("men.")][: own["dimensions"]]
    moved = np.array([theatre.prior.names.index(name) for name in narrowed])
    key = run_keys(settings["seed"] + 2, range(own["runs"]))

    def measure(z):
        return off(theatre, z, key)

    first = [measure(z) for z in starts]
    start = starts[int(np.argmin(first))]
    with tqdm(total=own["generations"] * own["points"], unit="point", mininterval=10) as bar:
        z, least = search(measure, start, moved, own, settings["seed"], bar.update)
    values, before = as_dict(theatre.params_at(z)), as_dict(theatre.begin.params)
    names = [name for name in theatre.prior.names if not name.startswith("men.")]
    best = pd.DataFrame(
        {"name": names, "declared": [before[n] for n in names], "best": [values[n] for n in names]}
    )
    best.to_csv(asked.out / "best.csv", index=False, float_format="%.6g")
    print(f"declared {first[0]:.4f}, middle of the posterior {first[1]:.4f} -> {least:.4f}: {asked.out}")


if __name__ == "__main__":
    main()
