"""python -m sim.gallery: every figure of sim.plots, small, from real runs, into results/gallery/.

The pictures of the README. Twenty runs and a few days make it a quick look (``--runs 20 --days 40``).
"""

import argparse
import itertools
import math
from pathlib import Path

import pandas as pd

from sim import plots
from sim.ensemble import run_ensemble
from sim.model import RebelConflict
from sim.params import table as declared
from sim.plots import style
from sim.report import pictures
from sim.report.comparison import difference_of_shares
from sim.results import manifest

DOTS = 100  # per inch: 700 pixels wide
OTHER = "truce"  # the scenario that comparisons show
SWITCHES = {
    "plans.withdrawal": "ordered withdrawal",
    "recovery.on": "cohesion mends with rest",
    "retaliation.on": "retaliation",
}
MOVED = (
    "plans.pursuit", "plans.pinning", "plans.leave", "recovery.half_life", "grievance.rise", "march.speed",
    "battle.holder", "alignment.threshold_mean",
)  # fmt: skip
PHASE = ("plans.pursuit", "plans.pinning")


def share_back(params, runs, days):
    """Number of runs in which the focal faction regroups or better, with some parameters changed."""
    ensemble = run_ensemble(runs=runs, seed=1, days=days, params=params, progress=False)
    return int(ensemble.runs["outcome"].isin(["regrouped", "resurgent"]).sum())


def phase_table(runs, days, points=4):
    """Share of runs that regroup over two parameters, from the lower to the upper bound of each."""
    bounds = bounds_of(PHASE)
    grids = [[low + (high - low) * k / (points - 1) for k in range(points)] for low, high in bounds.values()]
    rows = []
    for values in itertools.product(*grids):
        params = dict(zip(PHASE, values, strict=True))
        rows.append({**params, "share": share_back(params, runs, days) / runs, "runs": runs})
    return pd.DataFrame(rows)


def bounds_of(names):
    """Lower and upper bound of parameters."""
    known = {row[0]: (row[3], row[4]) for row in declared()}
    return {name: known[name] for name in names}


def sensitivity_table(runs, days):
    """Change of the share that regroups as one parameter goes from its lower to its upper bound."""
    rows = []
    for name, (low, high) in bounds_of(MOVED).items():
        below, above = (share_back({name: value}, runs, days) for value in (low, high))
        effect, least, most = difference_of_shares(above, runs, below, runs)
        rows.append({"parameter": name, "effect": effect, "low": least, "high": most})
    return pd.DataFrame(rows)


def shapley_table(runs, days):
    """What each switch adds to the share that regroups, averaged over all orders of switching them on."""
    value = {}
    for on in itertools.product((False, True), repeat=len(SWITCHES)):
        value[on] = share_back(dict(zip(SWITCHES, on, strict=True)), runs, days) / runs
    rows = []
    for k, words in enumerate(SWITCHES.values()):
        share = 0.0
        for on in value:
            if not on[k]:
                rank = sum(on)
                weight = math.factorial(rank) * math.factorial(len(on) - rank - 1) / math.factorial(len(on))
                share += weight * (value[(*on[:k], True, *on[k + 1 :])] - value[on])
        rows.append({"mechanism": words, "share": share})
    return pd.DataFrame(rows)


def of_an_ensemble(ensemble, other):
    """Figures of one ensemble, and of two: name and Axes."""
    past = pictures.Past(ensemble.scenario, ensemble.days)
    for kind in pictures.kinds_for(ensemble.detail):
        if kind.name != "control_raster":
            yield kind.name, kind.draw(ensemble, past)
    run = pictures.typical_run(ensemble)
    model = ensemble.replay(run)
    story = model.explain(day=(1, ensemble.days)).table
    yield "control_raster", plots.control_raster(ensemble, run, story=story)
    yield "chance_map", plots.chance_map(ensemble, min(88, ensemble.days), record=past.held)
    yield "holders_map", plots.holders_map(ensemble, run)
    yield "people", plots.over_time(ensemble, "people", factions=pictures.fighters(ensemble))
    named = {each.scenario.name: each for each in (ensemble, other)}
    yield "class_shares_compared", plots.class_shares(named)
    yield "regrouping_compared", plots.regrouping(named)
    yield "difference_map", plots.difference_map(other, ensemble)


def of_a_world():
    """The world of one run on the tenth day."""
    model = RebelConflict(seed=1)
    for _ in range(10):
        model.step()
    yield "columns_map", plots.columns_map(model)


def of_designs(runs, days):
    """Figures of small designs: a look at the figures, not an answer; the experiments are larger."""
    x, y = PHASE
    yield "phase_diagram", plots.phase_diagram(phase_table(runs, days), x, y, "share")
    words = "change of the share that regroups, lower to upper bound"
    yield "sensitivity", plots.sensitivity(sensitivity_table(runs, days), words=words)
    yield "shapley", plots.shapley(shapley_table(runs, days), width=style.COLUMN + 1.5)


def make(folder, runs=200, days=None, design_runs=48, progress=True):
    """Draw the gallery.

    Parameters
    ----------
    folder : path
        Where the pictures go; those of an earlier gallery are replaced.
    runs : int
        Runs of each ensemble.
    days : int, optional
        Length of the runs; the scenario's horizon by default.
    design_runs : int
        Runs behind each point of a design.
    progress : bool
        Name each picture when it is there.

    Returns
    -------
    list of pathlib.Path
        The files.
    """
    folder, files = Path(folder), []
    asked = {"runs": runs, "seed": 1, "days": days, "detail": "full", "progress": False}
    ensemble, other = run_ensemble(**asked), run_ensemble(OTHER, **asked)
    made = [
        manifest(e.scenario, e.params, seed=1, runs=runs, days=e.days, detail="full")
        for e in (ensemble, other)
    ]
    drawn = [of_an_ensemble(ensemble, other), of_a_world(), of_designs(design_runs, days)]
    for name, axes in itertools.chain(*drawn):
        files += plots.save(axes, folder / f"{name}.png", made, dpi=DOTS)
        if progress:
            print(files[-1])
    run = pictures.typical_run(ensemble)
    files.append(
        plots.animate(ensemble, run, folder / "run.gif", step=3, dpi=72, per_second=8, progress=False)
    )
    return files


def main(words=None):
    """Draw the gallery as asked on the command line."""
    parser = argparse.ArgumentParser(prog="python -m sim.gallery", description=__doc__.splitlines()[0])
    parser.add_argument("--out", default="results/gallery", help="folder (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=200, help="runs of each ensemble (default: %(default)s)")
    parser.add_argument("--days", type=int, help="length of the runs (default: the scenario's)")
    parser.add_argument("--design-runs", type=int, default=48, help="runs a point (default: %(default)s)")
    asked = parser.parse_args(words)
    files = make(asked.out, asked.runs, asked.days, asked.design_runs)
    print(f"{len(files)} pictures in {asked.out}")


if __name__ == "__main__":
    main()
