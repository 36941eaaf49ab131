"""python experiments/02_record/recovery.py: is what the record tells recovered, and are intervals honest.

Worlds from the prior, each a synthetic record with known parameters: some are put aside, and the parameters
of each are estimated from the others by ABC with local linear regression (Beaumont, Zhang and Balding 2002)
on the map's part and the targets. Reported for every fitted dimension: the correlation of estimate and truth,
how often the 90 % interval holds the truth, and whether ranks of the truth are uniform (simulation-based
calibration, Talts and others 2018). Writes results/02_record/recovery.csv.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy import stats
from tqdm import tqdm
from worlds import Theatre, screened_in

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "results" / "02_record"
NEAREST = 0.1  # part of the worlds that an estimate is made from


def adjusted(z, x, seen, count):
    """Draws of the parameters of one synthetic record: the nearest worlds, moved along a local regression."""
    off = ((x - seen) ** 2).sum(axis=1)
    near = np.argpartition(off, count)[:count]
    width = off[near].max()
    weight = np.sqrt(np.maximum(1.0 - off[near] / width, 1e-6))  # Epanechnikov
    design = np.column_stack([np.ones(count), x[near] - seen])
    slope, *_ = np.linalg.lstsq(design * weight[:, None], z[near] * weight[:, None], rcond=1e-6)
    return z[near] - (x[near] - seen) @ slope[1:], weight**2


def weighted_rank(draws, weight, truth):
    """Weight of the draws below the truth, per dimension: uniform if intervals are honest."""
    return ((draws < truth) * weight[:, None]).sum(axis=0) / weight.sum()


def main(words=None):
    """Play the worlds, estimate, write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=4000)
    parser.add_argument("--aside", type=int, default=400)
    parser.add_argument("--screening", default=OUT / "screening.csv")
    parser.add_argument("--out", type=Path, default=OUT / "recovery.csv")
    asked = parser.parse_args(words)
    settings = yaml.safe_load((HERE / "fit.yaml").read_text())
    screened = screened_in(asked.screening)
    names = list(screened.loc[screened["fitted"], "name"])
    theatre = Theatre(str(ROOT / settings["record"]), names, settings["seed"] + 3)
    rng = np.random.default_rng(settings["seed"] + 3)
    z, keys = rng.standard_normal((asked.worlds, len(names))), rng.integers(0, 2**62, asked.worlds)
    with tqdm(total=asked.worlds, unit="world", mininterval=20) as bar:
        x, _ = theatre.responses(z, keys, bar.update)
    x = x[:, x.std(axis=0) > 0]
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    known, rest = slice(0, asked.aside), slice(asked.aside, None)
    estimate, rank = np.empty((asked.aside, len(names))), np.empty((asked.aside, len(names)))
    count = int(NEAREST * (asked.worlds - asked.aside))
    for k in range(asked.aside):
        draws, weight = adjusted(z[rest], x[rest], x[k], count)
        estimate[k] = np.average(draws, axis=0, weights=weight)
        rank[k] = weighted_rank(draws, weight, z[k])
    table = pd.DataFrame({"name": names})
    table["correlation"] = [np.corrcoef(estimate[:, d], z[known, d])[0, 1] for d in range(len(names))]
    table["covered_90"] = ((rank > 0.05) & (rank < 0.95)).mean(axis=0)
    table["uniform_p"] = [stats.kstest(rank[:, d], "uniform").pvalue for d in range(len(names))]
    table = table.sort_values("correlation", ascending=False)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(asked.out, index=False, float_format="%.4f")
    print(table.to_string(float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
