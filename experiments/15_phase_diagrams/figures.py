"""Phase diagrams: pursuit against men from Iraq; harshness of rule against services."""

from dataclasses import replace

import numpy as np
import pandas as pd

import sim
from sim import plots
from sim.analysis.claims import at_least, at_most, every, plain, told, within
from sim.compare import measured, per_point
from sim.outcomes import interval

HARSH, SERVICES, SEED = np.linspace(0.1, 1.0, 6), np.linspace(0.0, 1.0, 6), 116

SHOWN = ("pursuit_stands", "rule_stands")  # figures of the README


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
        changes[f"pursuit_{name}"] = ranges(grid, ["plans.pursuit", "manpower.iraq"])
    cells = rule(play)
    for name in ("stands", "regroups"):
        grid = cells[cells["outcome"] == name]
        labels = ("harshness of ISIS's rule", "services ISIS gives")
        play.figure(diagram(grid, "harshness", "services", labels, name, SEED), f"rule_{name}")
        changes[f"rule_{name}"] = ranges(grid, ["harshness", "services"])
    play.table(cells, "rule")
    play.verdicts(*verdicts(**changes))
    play.answer(**changes)


WORDS = {"regroups": "share of runs that regroup", "stands": "share of runs unbroken or back"}


def diagram(grid, x, y, labels, name, seed):
    """One phase diagram with what is behind it."""
    half = 50 * (grid["high"] - grid["low"]).max()
    note = (
        f"{len(grid)} points of {int(grid['runs'].min())} runs each, the same luck at each (seed {seed}); "
        f"95 % intervals of the shares: at most {half:.0f} points to either side (in the table beside)."
    )
    return plots.phase_diagram(
        grid, x, y, "value", labels=labels, words=WORDS[name], title="Phase diagram", caption=note
    )


def rule(play):
    """The scenario with ISIS's harshness and services changed, cell by cell, with the same seeds."""
    base, rows = sim.load_scenario(), []
    runs, small = play.runs("rule", 20), play.quick.get("rule", {})
    axes = (HARSH[::5], SERVICES[::5]) if small else (HARSH, SERVICES)
    for harsh in axes[0]:
        for services in axes[1]:
            factions = base.factions.copy()
            factions.loc[factions["id"] == base.focal, ["coercion", "services"]] = harsh, services
            story = replace(base, factions=factions)
            done = sim.run_ensemble(story, runs=runs, seed=SEED, days=small.get("days"), progress=False).runs
            for name in WORDS:
                hits = int(measured(done, name).sum())
                low, high = interval(hits, runs)
                rows.append((harsh, services, name, hits / runs, float(low), float(high), runs))
    columns = ["harshness", "services", "outcome", "value", "low", "high", "runs"]
    return pd.DataFrame(rows, columns=columns)


def ranges(grid, names):
    """Mean change over the range of each axis, the other averaged, with a 95 % interval by cells."""
    out = {"lowest": float(grid["value"].min()), "highest": float(grid["value"].max())}
    for name in names:
        ends = [grid[grid[name] == end] for end in (grid[name].min(), grid[name].max())]
        change = ends[1]["value"].mean() - ends[0]["value"].mean()
        error = np.sqrt(sum((e["value"] * (1 - e["value"]) / e["runs"]).sum() / len(e) ** 2 for e in ends))
        out[name] = {
            "change": float(change),
            "low": float(change - 1.96 * error),
            "high": float(change + 1.96 * error),
        }
    return out


def verdicts(pursuit_stands, rule_stands, **others):
    """What became of each prediction; of the share of runs unbroken or back."""

    def span(row):
        return {"difference": row["change"]} | row

    chase, iraq = (span(pursuit_stands[name]) for name in ("plans.pursuit", "manpower.iraq"))
    crosses = plain(pursuit_stands["lowest"] < 0.5 < pursuit_stands["highest"])
    verdict = every(
        [at_most(chase["low"], chase["high"], 0), at_least(iraq["low"], iraq["high"], 0), crosses]
    )
    ends = f"{pursuit_stands['lowest']:.2f} to {pursuit_stands['highest']:.2f}"
    yield 1, verdict, f"pursuit {told(chase, 'points')}, Iraq {told(iraq, 'points')}; cells {ends}"
    larger = abs(iraq["difference"]) >= 2 * abs(chase["difference"])
    yield (
        2,
        plain(larger),
        f"{100 * abs(iraq['difference']):.1f} against {100 * abs(chase['difference']):.1f} points",
    )
    harsh, services = (span(rule_stands[name]) for name in ("harshness", "services"))
    verdict = every(
        [
            at_most(harsh["low"], harsh["high"], 0), at_least(services["low"], services["high"], 0),
            within(harsh["low"], harsh["high"], 0.15), within(services["low"], services["high"], 0.15),
        ]
    )  # fmt: skip
    yield 3, verdict, f"harshness {told(harsh, 'points')}, services {told(services, 'points')}"
