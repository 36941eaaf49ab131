"""python experiments/02_record/predict.py: what the posterior says, of the record and of what came after.

Plays runs of the whole horizon with draws of the posterior and with the declared values. Writes targets.csv
and towns.csv (scores to 31 March), answers.csv (headline measures with intervals), weekly.csv, and the
figures prior_posterior.png, score.png, weekly.png, calibration.png and misfit.png into results/02_record/.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from scipy import stats
from vector import WEEKS, reported
from worlds import DAYS, Prior

import sim
from sim import plots
from sim.core.outcomes import interval
from sim.ensemble.posterior import Posterior
from sim.plots import style
from sim.plots.score import picture
from sim.record.observe import province_rows
from sim.record.programmes import WAR
from sim.record.scoring import score

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "results" / "02_record"
COLUMNS, BINS, MOST = 5, 20, 30
DEAD = {"7 January": ("C7a", 385), "22 January": ("C7d", 1395)}


def answers(runs, held, draw):
    """Headline measures of runs, with 95 % intervals: one row each."""
    rows, told, back = [], runs.runs["broken"].dropna(), runs.runs["back"].dropna()
    for name, these in (("P(broken)", told), ("P(back given broken)", back)):
        low, high = interval(these.sum(), len(these))
        rows.append((name, these.mean(), low, high, len(these)))
    days = runs.runs["back_day"].dropna()
    if len(days):
        rows.append(
            (
                "day from which it is back, median; 5 and 95 % of runs",
                *days.quantile([0.5, 0.05, 0.95]),
                len(days),
            )
        )
    targets = held.targets.set_index("id")
    for day, (target, record) in DEAD.items():
        values = targets.loc[target, ["median", "low_90", "high_90"]] / record
        rows.append((f"dead to {day} over the record's, median; 5 and 95 % of runs", *values, len(runs.runs)))
    scored = held.scored
    rows.append(("medians of targets inside", scored["inside"].sum(), np.nan, np.nan, len(scored)))
    for band in (50, 90):
        rows.append(
            (f"targets in the {band} % bands", scored[f"covered_{band}"].sum(), np.nan, np.nan, len(scored))
        )
    towns = held.towns
    towns = towns[
        (towns["rows"] == "all")
        & (towns["held"] == "controller")
        & (towns["horizon"] == towns["horizon"].max())
    ]
    for row in towns[towns["forecast"] != "model"].itertuples():
        rows.append(
            (f"Brier skill over {row.forecast}", row.skill, row.skill_low, row.skill_high, len(runs.runs))
        )
    table = pd.DataFrame(rows, columns=["measure", "value", "low", "high", "of"])
    table.insert(0, "draw", draw)
    return table


def weekly(held, observation, seed):
    """Engagements and dead by week, as they would have been reported, against the record: one row a week."""
    scenario, record = held.record.scenario, held.record
    seen = reported(held.observed, observation, province_rows(scenario), np.random.default_rng(seed))
    fallen = np.diff(seen.dead[..., 0] + seen.dead[..., 1], axis=1, prepend=0.0)
    weeks, rows = (
        record.weeks[record.weeks["dyad"] == WAR].groupby("day").sum(numeric_only=True),
        [],
    )
    for first in WEEKS:
        days = slice(first, first + 7)
        counts = {"engagements": seen.events[:, days].sum(axis=(1, 2)), "dead": fallen[:, days].sum(axis=1)}
        known = {
            "engagements": weeks.loc[first, "events"],
            "dead": weeks.loc[first, ["focal", "rebels"]].sum(),
        }
        for what, values in counts.items():
            bands = dict(zip(("low", "median", "high"), np.percentile(values, [5, 50, 95]), strict=True))
            rows.append({"what": what, "day": first, "record": known[what]} | bands)
    return pd.DataFrame(rows)


@style.styled
def weekly_picture(table):
    """Bands of weekly counts, and the record."""
    figure = style.new_figure(style.PAGE, 2.5)
    axes = figure.subplots(1, 2)
    for ax, (what, part) in zip(axes, table.groupby("what", sort=False), strict=True):
        style.dress(ax)
        ax.fill_between(part["day"] + 3, part["low"], part["high"], color=style.FAINT, lw=0)
        ax.plot(part["day"] + 3, part["median"], color=style.SOFT, lw=1.2)
        ax.plot(part["day"] + 3, part["record"], "o-", color=style.RECORD, lw=1.0, ms=3)
        ax.set_yscale("symlog", linthresh=20)
        ax.set_ylim(bottom=0)
        ax.set_title(
            f"{what.capitalize()} a week, ISIS and rebels".replace("Dead", "The dead"), size=style.TEXT
        )
        ax.set_xlabel("days after 2 January 2014")
    note = (
        "Orange: the record (UCDP). Line and band: median and nine in ten of the runs drawn from the "
        "posterior, through the model of observation. Above 20 the axis is logarithmic."
    )
    style.put_caption(axes[0], note, True)
    return axes


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
        f"The {len(order)} parameters and strengths that the record narrows most, of {len(prior.names)}. "
        "Grey: prior, uniform within declared bounds (men: triangular, a multiple of the judged strength). "
        f"Orange: posterior of January to March 2014, {len(table)} draws."
    )
    style.put_caption(axes[0], note, True)
    return axes[: len(order)]


@style.styled
def ranks_picture(ranks, order):
    """Histograms of the rank of the truth among draws, with the band of an honest posterior."""
    panels = {"all parameters": ranks.to_numpy().ravel()} | {name: ranks[name] for name in order}
    figure = style.new_figure(style.PAGE, 1.2 * -(-len(panels) // 4) + 0.7)
    axes = figure.subplots(-(-len(panels) // 4), 4, squeeze=False).ravel()
    for ax, (name, rank) in zip(axes, panels.items(), strict=False):
        style.dress(ax)
        low, high = stats.binom.interval(0.95, len(rank), 1.0 / BINS)
        ax.axhspan(low, high, color=style.FAINT, lw=0, alpha=0.7)
        ax.hist(rank, np.linspace(0.0, 1.0, BINS + 1), histtype="step", color=style.RECORD, lw=1.1)
        ax.set_title(name, size=style.SMALL)
        ax.set_ylim(0, 1.25 * max(high, np.histogram(rank, BINS, (0, 1))[0].max()))
        ax.set_yticks([])
        ax.tick_params(labelsize=style.SMALL - 0.5)
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    note = (
        f"Where the truth stands among the draws, 0 below all to 1 above all, in {len(ranks)} synthetic "
        "records; the parameters that are recovered best. Grey: 95 % of the bars of an honest posterior. "
        "Bars high at both ends: intervals too narrow."
    )
    style.put_caption(axes[0], note, True)
    return axes[: len(panels)]


@style.styled
def misfit_picture(table, most=MOST):
    """Statistics that lie farthest out among worlds of the prior, with the chance that they are in error."""
    part = table.head(most).iloc[::-1]
    figure = style.new_figure(style.PAGE, 0.16 * len(part) + 0.9)
    ax = style.dress(figure.subplots())
    ax.barh(part["statistic"], part["error"], color=style.FAINT)
    ax.plot(part["tail"], part["statistic"], "o", color=style.RECORD, ms=3)
    ax.set_xlim(0, 1)
    ax.tick_params(axis="y", labelsize=style.SMALL)
    ax.set_xlabel("share of worlds (dots), chance (bars)")
    note = (
        "Dots: share of worlds of the prior that lie at least as far out as the record, on its side. Bars: "
        "chance that the record's value is in error or out of the model's reach (slab); half beforehand."
    )
    style.put_caption(ax, note, True)
    return ax


def main(words=None):
    """Play, score, draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--settings", default=HERE / "fit.yaml")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args(words)
    settings, out = yaml.safe_load(Path(asked.settings).read_text()), asked.out
    scenario, record = sim.load_scenario("january_2014"), ROOT / settings["record"]
    tables = []
    for draw in ("posterior", "defaults"):
        runs = sim.run_ensemble(runs=settings["runs"], seed=1, draw=draw, detail="full")
        held = score(runs, record)
        tables.append(answers(runs, held, draw))
        if draw == "posterior":
            held.targets.to_csv(out / "targets.csv", index=False, float_format="%.6g")
            held.towns.to_csv(out / "towns.csv", index=False, float_format="%.6g")
            early = sim.run_ensemble(runs=settings["runs"], seed=1, draw=draw, detail="full", days=DAYS)
            plots.save(picture(score(early, record), early), out / "score.png", dpi=150)
            weeks = weekly(held, settings["observation"], settings["seed"])
            weeks.to_csv(out / "weekly.csv", index=False, float_format="%.6g")
            plots.save(weekly_picture(weeks), out / "weekly.png", dpi=150)
    table = pd.concat(tables, ignore_index=True)
    table.to_csv(out / "answers.csv", index=False, float_format="%.4g")
    posterior, narrowed = Posterior(scenario), pd.read_csv(out / "contraction.csv")
    prior = Prior(scenario, [c for c in posterior.table if c not in ("weight", "dealing")])
    wide = prior.values(np.random.default_rng(0).standard_normal((20000, len(prior.names))))
    axes = prior_posterior(prior, posterior.table, wide, list(narrowed["name"][:MOST]))
    plots.save(axes, out / "prior_posterior.png", dpi=150)
    ranks, best = pd.read_parquet(out / "ranks.parquet"), pd.read_csv(out / "recovery.csv")["name"]
    plots.save(ranks_picture(ranks, list(best[:11])), out / "calibration.png", dpi=150)
    plots.save(misfit_picture(pd.read_csv(out / "misfit.csv")), out / "misfit.png", dpi=150)
    print(table.to_string(float_format="{:.3f}".format))


if __name__ == "__main__":
    main()
