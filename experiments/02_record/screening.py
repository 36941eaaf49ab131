"""python experiments/02_record/screening.py: which parameters and strengths move anything the record tells.

All of them are drawn at once, far and wide; for the map and for every target the correlation ratio of each
with it is held against the highest that shuffled values give. Writes results/02_record/screening.csv.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from tqdm import tqdm
from worlds import Theatre

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "results" / "02_record"
BINS = 10  # of a dimension, whose means are compared


def importance(z, off, rng, shuffles=20):
    """Share of the variance of the distance that each dimension explains alone, and what luck gives.

    The correlation ratio: variance of the mean over BINS equally full bins of the dimension, over the whole.
    The second number is the highest share any dimension got after the distances were shuffled.
    """
    order = np.argsort(z, axis=0, kind="stable").T
    edges = np.array([len(part) for part in np.array_split(np.arange(len(z)), BINS)])
    first = np.cumsum(edges) - edges

    def shares(y):
        means = np.add.reduceat(y[order], first, axis=1) / edges
        return (edges * (means - y.mean()) ** 2).sum(axis=1) / len(y) / y.var()

    luck = max(shares(rng.permutation(off)).max() for _ in range(shuffles))
    return shares(off), luck


def screen(settings, bar):
    """Which dimensions matter: all of them drawn at once, far and wide, for the map and for every target."""
    theatre = Theatre(str(ROOT / settings["record"]), seed=settings["seed"])
    rng, n = np.random.default_rng(settings["seed"]), settings["screening"]
    z, keys = rng.standard_normal((n, len(theatre.prior.names))), rng.integers(0, 2**62, n)
    responses, names = theatre.responses(z, keys, bar.update)
    found, luck = {}, {}
    for name, values in zip(names, responses.T, strict=True):
        if values.std() > 0:
            found[name], luck[name] = importance(z, values, rng)
    table = pd.DataFrame({"name": theatre.prior.names, **found})
    multiples = pd.DataFrame({name: found[name] / luck[name] for name in found})
    # by the one thing that a dimension moves most, in multiples of what luck gives the luckiest
    table.insert(1, "most", multiples.max(axis=1))
    table.insert(2, "moves", multiples.idxmax(axis=1))
    table = table.sort_values("most", ascending=False, ignore_index=True)
    table.insert(3, "fitted", (table.index < settings["kept"]) & (table["most"] > 1.0))
    return table


def main(words=None):
    """Screen, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", default=HERE / "fit.yaml", help="another file of settings")
    parser.add_argument("--out", default=OUT / "screening.csv", type=Path, help="the table to write")
    asked = parser.parse_args(words)
    settings = yaml.safe_load(Path(asked.settings).read_text())
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    with tqdm(total=settings["screening"], unit="world", mininterval=20) as bar:
        screen(settings, bar).to_csv(asked.out, index=False, float_format="%.4f")


if __name__ == "__main__":
    main()
