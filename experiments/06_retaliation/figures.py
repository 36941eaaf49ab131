"""Retaliation: the anger that draws factions into the war, and the threats that stir it."""

import numpy as np
import pandas as pd

from sim import plots
from sim.analysis import pairs
from sim.analysis.claims import at_least, delta, stronger, within
from sim.plots import style
from sim.plots.palette import LINES

DAY = 60

SHOWN = ("wars",)  # figures of the README


def wars(ensemble, day):
    """Pairs of a rebel faction and a province at war with ISIS on a day, one number a run and point."""
    daily = ensemble.daily[ensemble.daily["day"] == min(day, ensemble.days)]
    factions = ensemble.scenario.factions
    rebels = set(factions.loc[factions["side"] == "rebel", "id"])
    mine = daily[daily["faction"].isin(rebels)]
    keys = ["run"] if ensemble.points is None else ["point", "run"]
    return mine.groupby(keys)["provinces_at_war"].sum()


def answer(play):
    """Compare, draw, keep."""
    off, on = (play("switch").at(k) for k in (0, 1))
    found = play.compare({"without retaliation": off, "with retaliation": on})
    count = pairs.paired_mean(wars(off, DAY), wars(on, DAY))
    swept = play()
    by_run = wars(swept, DAY)
    grid = swept.points.join(
        by_run.groupby("point").agg(wars="mean", runs="size", error=lambda x: x.std() / np.sqrt(len(x)))
    )
    play.table(grid, "wars")
    play.figure(draw(grid, swept), "wars")
    play.figure(plots.paired_over_time(found, "towns"), "towns")
    table = by_run.unstack("run")
    ends = {name: pairs.along(swept.points, table, name) for name in swept.points}
    slopes = {name: pairs.paired_mean(*values) for name, values in ends.items()}
    play.table(pd.DataFrame(slopes).T.rename_axis("parameter").reset_index(), "effects")
    anger, threats = (high - low for low, high in (ends["retaliation.anger"], ends["retaliation.threats"]))
    play.verdicts(*verdicts(play, found.table, count, slopes, stronger(anger, threats)))
    kept = found.table[found.table["measure"].isin(["end_towns", "dead_civilians", "regroups", "stands"])]
    play.answer(wars_day_60=count, over_the_range=slopes, with_against_without=kept)


def verdicts(play, table, count, slopes, anger_moves_more):
    """What became of each prediction; differences are with retaliation less without."""
    part = {key: count[key] / count["a"] for key in ("difference", "low", "high")}
    yield 1, within(part["low"], part["high"], 0.05), f"{delta(count, 'wars', 2)}, of {count['a']:.1f}"
    anger, threats = slopes["retaliation.anger"], slopes["retaliation.threats"]
    found = f"over its range anger {delta(anger, 'wars')}, threats {delta(threats, 'wars')}"
    yield 2, anger_moves_more, found
    towns = play.one(table, measure="end_towns")
    yield 3, at_least(towns["low"], towns["high"], 0.0), delta(towns, "towns")
    dead = play.one(table, measure="dead_civilians")
    part = {key: dead[key] / dead["b"] for key in ("difference", "low", "high")}
    yield (
        4,
        at_least(part["low"], part["high"], 0.1),
        f"{delta(dead, 'civilians', 0)}, of {dead['b']:.0f}",
    )


@style.styled
def draw(grid, swept):
    """Number of wars against anger, one line a rate of threats."""
    ax, new = style.axes_for(None, style.COLUMN + 1.5, 3.4)
    for k, (rate, part) in enumerate(grid.groupby("retaliation.threats")):
        colour, dash = LINES[k]
        x, y, half = part["retaliation.anger"], part["wars"], 1.96 * part["error"]
        ax.fill_between(x, y - half, y + half, color=colour, alpha=0.15, lw=0)
        ax.plot(x, y, color=colour, ls=dash, marker="o", ms=3, label=f"threats {rate:g} a day")
    ax.set(xlabel="anger left by one act", ylabel=f"wars on ISIS on day {min(DAY, swept.days)}")
    ax.legend(loc="best")
    ax.set_title("Anger and threats: who fights ISIS")
    runs = int(grid["runs"].min())
    note = (
        f"{len(grid)} points of {runs} runs each, paired (seed {swept.seed}). Line: mean "
        "number of pairs of a rebel faction and a province at war with ISIS; band: its 95 % interval."
    )
    style.put_caption(ax, note, new)
    return ax
