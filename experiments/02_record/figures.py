"""python experiments/02_record/figures.py: prior against posterior, and the score of posterior runs.

Reads results/02_record/ and the shipped posterior; writes prior_posterior.png, contraction.csv and score.png
into the former.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from worlds import DAYS, Prior

import sim
from sim import plots
from sim.ensemble.posterior import Posterior
from sim.plots import style
from sim.plots.score import picture
from sim.record.scoring import score

ROOT = Path(__file__).parents[2]
OUT = ROOT / "results" / "02_record"
COLUMNS = 5
BINS = 20


def contraction(prior, table):
    """How much the record narrowed each dimension: prior and posterior medians and spreads."""
    names = prior.names
    wide = prior.values(np.random.default_rng(0).standard_normal((20000, len(names))))
    out = pd.DataFrame({"name": names, "low": prior.low, "high": prior.high})
    out["prior_median"], out["prior_sd"] = np.median(wide, axis=0), wide.std(axis=0)
    values = table[names].to_numpy()
    out["median"], out["sd"] = np.median(values, axis=0), values.std(axis=0)
    for q in (5, 95):
        out[f"q{q}"] = np.percentile(values, q, axis=0)
    out["contraction"] = 1.0 - (out["sd"] / out["prior_sd"]) ** 2
    out["shift"] = (out["median"] - out["prior_median"]) / out["prior_sd"]
    return out.sort_values("contraction", ascending=False, ignore_index=True), wide


@style.styled
def prior_posterior(prior, table, wide, order):
    """Small panels, one a dimension: prior in grey, posterior in orange."""
    rows = -(-len(order) // COLUMNS)
    figure = style.new_figure(style.PAGE, 0.95 * rows + 0.5)
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for ax in axes[len(order) :]:
        ax.set_visible(False)
    for ax, name in zip(axes, order, strict=False):
        style.dress(ax)
        k = prior.names.index(name)
        edges = np.linspace(prior.low[k], prior.high[k], BINS + 1)
        ax.hist(wide[:, k], edges, density=True, color=style.FAINT)
        ax.hist(table[name], edges, density=True, histtype="step", color=style.RECORD, lw=1.1)
        ax.set_title(name, size=style.SMALL - 0.5)
        ax.set_yticks([])
        ax.tick_params(labelsize=style.SMALL - 1)
    note = (
        "Grey: prior, uniform within declared bounds (men: triangular, a multiple of the judged strength). "
    )
    distinct = len(table[order].drop_duplicates())
    note += f"Orange: posterior of January to March 2014, {len(table)} draws, {distinct} of them distinct "
    note += "(seed 2014). Most narrowed first."
    style.put_caption(axes[0], note, True)
    return axes[: len(order)]


def main(words=None):
    """Draw, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args(words)
    scenario = sim.load_scenario("january_2014")
    posterior = Posterior(scenario)
    names = [c for c in posterior.table if c not in ("weight", "dealing")]
    names = [n for n in names if posterior.table[n].nunique() > 1]
    prior = Prior(scenario, names)
    table, wide = contraction(prior, posterior.table)
    table.to_csv(asked.out / "contraction.csv", index=False, float_format="%.4g")
    axes = prior_posterior(prior, posterior.table, wide, list(table["name"]))
    plots.save(axes, asked.out / "prior_posterior.png", dpi=150)
    runs = sim.run_ensemble(runs=asked.runs, seed=1, days=DAYS, draw="posterior", detail="full")
    held = score(runs, ROOT / "scenarios" / "january_2014" / "record")
    plots.save(picture(held, runs), asked.out / "score.png", dpi=150)


if __name__ == "__main__":
    main()
