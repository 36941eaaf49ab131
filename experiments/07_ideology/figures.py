"""Ideology: what the weight of distance does to who goes to war, with grievance and without."""

import numpy as np
import pandas as pd

from sim.analysis import pairs
from sim.analysis.claims import beyond, delta, every, stronger, within
from sim.analysis.comparison import measured
from sim.plots import style
from sim.plots.palette import LINES

DAYS = (10, 30, 60)

SHOWN = ("wars",)  # figures of the README


def wars(ensemble, day):
    """Pairs of a rebel faction and a province at war with ISIS on a day: a table of points by runs."""
    daily = ensemble.daily[ensemble.daily["day"] == min(day, ensemble.days)]
    factions = ensemble.scenario.factions
    rebels = set(factions.loc[factions["side"] == "rebel", "id"])
    count = daily[daily["faction"].isin(rebels)].groupby(["point", "run"])["provinces_at_war"].sum()
    return count.unstack("run")


def answer(play):
    """Effect of distance with and without grievance, and the difference of the two, run by run."""
    swept = play()
    point = {
        (row["alignment.distance"], bool(row["grievance.on"])): number
        for number, row in swept.points.iterrows()
    }
    outcomes = {f"wars on day {min(day, swept.days)}": wars(swept, day) for day in DAYS}
    for name in ("regroups", "stands", "end_towns"):
        values = pd.Series(
            measured(swept.runs, name).astype(float), swept.runs.set_index(["point", "run"]).index
        )
        outcomes[name] = values.unstack("run")
    rows, weaker = [], {}
    for name, table in outcomes.items():
        change = {}
        for grievance in (False, True):
            nil, full = (table.loc[point[weight, grievance]].to_numpy() for weight in (0.0, 0.4))
            change[grievance] = full - nil
            about = {"outcome": name, "grievance": "on" if grievance else "off"}
            rows.append(about | pairs.paired_mean(nil, full))
        weaker[name] = stronger(change[False], change[True], 2)
        about = {"outcome": name, "grievance": "on less off"}
        rows.append(about | pairs.paired_mean(change[False], change[True]))
    table = pd.DataFrame(rows)
    table["p_adjusted"] = pairs.adjusted(table["p"])
    play.table(table, "distance")
    play.figure(draw(swept, outcomes, point), "wars")
    day = f"wars on day {min(DAYS[1], swept.days)}"
    play.verdicts(*verdicts(play, table, day, weaker[day]))
    play.answer(full_weight_of_distance_against_none=table)


def verdicts(play, table, wars, halved):
    """What became of each prediction."""
    off, on, less = (play.one(table, outcome=wars, grievance=g) for g in ("off", "on", "on less off"))
    part = {key: off[key] / off["a"] for key in ("difference", "low", "high")}
    yield 1, beyond(part["low"], part["high"], 0.1), f"{delta(off, 'wars')}, of {off['a']:.1f}"
    yield 2, halved, f"with grievance {delta(on, 'wars')}; on less off {delta(less, 'wars')}"
    rows = {g: play.one(table, outcome="regroups", grievance=g) for g in ("off", "on")}
    verdict = every(within(row["low"], row["high"], 0.05) for row in rows.values())
    yield 3, verdict, "; ".join(f"grievance {g}: {delta(row, 'points')}" for g, row in rows.items())


@style.styled
def draw(swept, outcomes, point):
    """Number of wars against the weight of distance, with grievance and without."""
    ax, new = style.axes_for(None, style.COLUMN + 1.5, 3.4)
    day = min(DAYS[1], swept.days)
    table = outcomes[f"wars on day {day}"]
    for k, grievance in enumerate((True, False)):
        colour, dash = LINES[k]
        weights = sorted({weight for weight, on in point if on == grievance})
        values = [table.loc[point[weight, grievance]] for weight in weights]
        mean = np.array([v.mean() for v in values])
        half = np.array([1.96 * v.std() / np.sqrt(len(v)) for v in values])
        ax.fill_between(weights, mean - half, mean + half, color=colour, alpha=0.18, lw=0)
        label = f"grievance {'on' if grievance else 'off'}"
        ax.plot(weights, mean, color=colour, ls=dash, marker="o", ms=3, label=label)
    ax.set(xlabel="weight of ideological distance", ylabel=f"wars on ISIS on day {day}")
    ax.legend(loc="best")
    ax.set_title("Ideology and grievance: who fights ISIS")
    note = (
        f"{table.shape[1]} runs a point, paired (seed {swept.seed}). Line: mean number of "
        "pairs of a rebel faction and a province at war with ISIS; band: its 95 % interval."
    )
    style.put_caption(ax, note, new)
    return ax
