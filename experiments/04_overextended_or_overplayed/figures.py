"""Overextended or overplayed: the same men in fewer towns, or angrier towns."""

import numpy as np
import pandas as pd

from sim import plots
from sim.analysis import pairs
from sim.plots import frames

MARCH = "2014-03-31"


def answer(play):
    """Compare, draw, keep."""
    swept = play()
    named = {name: swept.at(point) for point, name in swept.points["scenario"].items()}
    found = play.compare(named)
    for measure in ("towns", "men"):
        play.figure(plots.paired_over_time(found, measure), measure)
    base, *others = named
    march = min(swept.scenario.day(pd.Timestamp(MARCH).date()), swept.days)
    rows = []
    for day, when in ((march, MARCH), (swept.days, "end")):
        for column in ("towns", "people", "men"):
            first = frames.pivot(named[base].focal, column)[:, day]
            for name in others:
                other = frames.pivot(named[name].focal, column)[:, day]
                told = {"when": when, "measure": column, "comparison": name}
                rows.append(told | pairs.paired_mean(first, other))
    table = pd.DataFrame(rows)
    table["p_adjusted"] = pairs.adjusted(table["p"])
    play.table(table, "march_and_end")
    political, military = (
        table.query("when == 'end' and measure == 'towns' and comparison == @name")["difference"].abs().item()
        for name in ("awakening", "concentrated_start")
    )
    dead = found.table.query("measure == 'dead_isis'")[["comparison", "a", "b", "difference", "low", "high"]]
    play.answer(
        march_and_end=table,
        dead_isis=dead,
        regroups=found.table[found.table["measure"].isin(["regroups", "stands"])],
        political_moves_more=bool(np.greater(political, military)),
    )
