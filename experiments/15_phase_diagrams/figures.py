"""Phase diagrams: pursuit against men from Iraq; harshness against services; hostility against yielding."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import norm

import sim
from sim import plots
from sim.analysis import pairs
from sim.analysis.claims import (
    FAILED,
    HELD,
    UNDECIDED,
    at_least,
    at_most,
    delta,
    every,
    stronger,
    within,
)
from sim.analysis.comparison import measured, per_point
from sim.core.outcomes import interval

HARSH, SERVICES, SEED = np.linspace(0.1, 1.0, 6), np.linspace(0.0, 1.0, 6), 116

SHOWN = ("turns_regroups", "rule_regroups")  # figures of the README


def answer(play):
    """Sweep, draw, keep."""
    swept = play()
    changes = {}
    for name in ("stands", "regroups"):
        grid = per_point(swept, name)
        play.table(grid, f"pursuit_{name}")
        labels = ("willingness to pursue", "men from Iraq, multiple of the scenario's")
        play.figure(
            diagram(grid, "plans.pursuit", "manpower.iraq", labels, name, swept.seed), f"pursuit_{name}"
        )
        by_run = np.reshape(measured(swept.runs, name).astype(float), (len(swept.points), -1))
        changes[f"pursuit_{name}"] = ranges(grid, by_run, ["plans.pursuit", "manpower.iraq"])
        if name == "stands":
            crosses = passes_half(by_run)
            iraq, chase = (
                np.subtract(*pairs.along(swept.points, by_run, axis)[::-1])
                for axis in ("manpower.iraq", "plans.pursuit")
            )
            more = stronger(iraq, chase, 2)
    cells, values = rule(play)
    for name in ("stands", "regroups"):
        grid = cells[cells["outcome"] == name]
        labels = ("harshness of ISIS's rule", "services ISIS gives")
        play.figure(diagram(grid, "harshness", "services", labels, name, SEED), f"rule_{name}")
        changes[f"rule_{name}"] = ranges(grid, values[name], ["harshness", "services"])
    play.table(cells, "rule")
    turns = play("turns")
    grid = per_point(turns, "regroups")
    play.table(grid, "turns_regroups")
    labels = ("weight of hostility in joining a war", "how readily the hopeless yield, 1/day")
    shown = diagram(grid, "alignment.hostility", "battle.yielding", labels, "regroups", turns.seed)
    play.figure(shown, "turns_regroups")
    play.verdicts(*verdicts(changes["pursuit_stands"], changes["rule_stands"], crosses, more))
    play.answer(**changes)


WORDS = {"regroups": "share of runs that regroup", "stands": "share of runs unbroken or back"}


def diagram(grid, x, y, labels, name, seed):
    """One phase diagram with what is behind it."""
    half = 50 * (grid["high"] - grid["low"]).max()
    note = (
        f"{len(grid)} points of {int(grid['runs'].min())} runs each, paired (seed {seed}); "
        f"95 % intervals of the shares: at most {half:.0f} points to either side (in the table beside)."
    )
    return plots.phase_diagram(
        grid, x, y, "value", labels=labels, words=WORDS[name], title="Phase diagram", caption=note
    )


def rule(play):
    """The scenario with ISIS's harshness and services changed, cell by cell, with the same seeds.

    Returns a table of cells and outcomes, and by outcome the values of cells (rows) by runs.
    """
    base, rows, values = sim.load_scenario(), [], {name: [] for name in WORDS}
    runs, small = play.runs("rule", 20), play.quick.get("rule", {})
    axes = (HARSH[::5], SERVICES[::5]) if small else (HARSH, SERVICES)
    for harsh in axes[0]:
        for services in axes[1]:
            factions = base.factions.copy()
            factions.loc[factions["id"] == base.focal, ["coercion", "services"]] = harsh, services
            story = replace(base, factions=factions)
            done = sim.run_ensemble(story, runs=runs, seed=SEED, days=small.get("days"), progress=False).runs
            for name in WORDS:
                values[name].append(measured(done, name).astype(float))
                hits = int(values[name][-1].sum())
                low, high = interval(hits, runs)
                rows.append((harsh, services, name, hits / runs, float(low), float(high), runs))
    columns = ["harshness", "services", "outcome", "value", "low", "high", "runs"]
    return pd.DataFrame(rows, columns=columns), {name: np.array(v) for name, v in values.items()}


def ranges(grid, by_run, names):
    """Mean change over the range of each axis, the other averaged, run by run: cells are paired."""
    out = {"lowest": float(grid["value"].min()), "highest": float(grid["value"].max())}
    for name in names:
        out[name] = pairs.paired_mean(*pairs.along(grid, by_run, name))
    return out


def passes_half(by_run):
    """Whether shares pass one half within a diagram, by intervals that hold for all its cells at once."""
    cells, runs = by_run.shape
    low, high = interval(by_run.sum(axis=1), runs, z=norm.ppf(1 - 0.025 / cells))  # Bonferroni
    if (high < 0.5).any() and (low > 0.5).any():
        return HELD
    return FAILED if (low > 0.5).all() or (high < 0.5).all() else UNDECIDED


def verdicts(pursuit_stands, rule_stands, crosses, iraq_moves_more):
    """What became of each prediction; of the share of runs unbroken or back."""
    chase, iraq = (pursuit_stands[name] for name in ("plans.pursuit", "manpower.iraq"))
    verdict = every(
        [at_most(chase["low"], chase["high"], 0), at_least(iraq["low"], iraq["high"], 0), crosses]
    )
    ends = f"{pursuit_stands['lowest']:.2f} to {pursuit_stands['highest']:.2f}"
    yield (
        1,
        verdict,
        f"pursuit {delta(chase, 'points')}, Iraq {delta(iraq, 'points')}; cells {ends}",
    )
    yield 2, iraq_moves_more, f"Iraq {delta(iraq, 'points')}, pursuit {delta(chase, 'points')}"
    harsh, services = (rule_stands[name] for name in ("harshness", "services"))
    verdict = every(
        [
            at_most(harsh["low"], harsh["high"], 0),
            at_least(services["low"], services["high"], 0),
            within(harsh["low"], harsh["high"], 0.15),
            within(services["low"], services["high"], 0.15),
        ]
    )
    yield 3, verdict, f"harshness {delta(harsh, 'points')}, services {delta(services, 'points')}"
