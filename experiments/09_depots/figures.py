"""The depots: without their seizure, and with aid to all who fight ISIS."""

import pandas as pd

from sim import plots
from sim.analysis import pairs
from sim.plots import frames

MARCH, SMC = "2014-03-31", "fsa_smc_north"


def answer(play):
    """Compare, draw, keep."""
    swept = play()
    named = {name: swept.at(point) for point, name in swept.points["scenario"].items()}
    found = play.compare(named)
    play.figure(plots.paired_differences(found, title="What depots and aid change"), "differences")
    play.figure(plots.paired_over_time(found, "towns"), "towns")
    base, *others = named
    day = min(swept.scenario.day(pd.Timestamp(MARCH).date()), swept.days)
    rows = []
    for when in (day, swept.days):
        first = frames.matrix(named[base], "men", SMC)[:, when]
        for name in others:
            other = frames.matrix(named[name], "men", SMC)[:, when]
            rows.append({"comparison": name, "day": when} | pairs.paired_mean(first, other))
    men = play.table(pd.DataFrame(rows), "smc_men")
    told = found.table[found.table["measure"].isin(["regroups", "stands", "end_towns"])]
    play.answer(smc_men=men, against_the_record=told)
