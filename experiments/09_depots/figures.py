"""The depots: without their seizure, and with aid to all who fight ISIS."""

import pandas as pd

from sim import plots
from sim.analysis import pairs
from sim.analysis.claims import at_least, delta, every, stronger, within
from sim.plots import frames

MARCH, SMC = "2014-03-31", "fsa_smc_north"

SHOWN = ("towns",)  # figures of the README


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
    towns = {name: ensemble.runs["end_towns"].to_numpy(float) for name, ensemble in named.items()}
    aid_does_more = stronger(*(towns[name] - towns[base] for name in ("western_aid", "no_depots")))
    play.verdicts(*verdicts(play, found.table, men, day, aid_does_more))
    kept = found.table[found.table["measure"].isin(["regroups", "stands", "end_towns"])]
    play.answer(smc_men=men, against_the_record=kept)


def verdicts(play, table, men, day, aid_does_more):
    """What became of each prediction."""
    row = men[(men["comparison"] == "no_depots") & (men["day"] == day)].iloc[0].to_dict()
    part = {key: row[key] / row["a"] for key in ("difference", "low", "high")}
    yield 1, at_least(part["low"], part["high"], 0.05), f"{delta(row, 'men', 0)}, of {row['a']:,.0f}"
    chance = play.one(table, comparison="no_depots", measure="regroups")
    yield 2, within(chance["low"], chance["high"], 0.03), delta(chance, "points")
    less, aid = (play.one(table, comparison=n, measure="end_towns") for n in ("no_depots", "western_aid"))
    verdict = every([aid_does_more, within(aid["low"], aid["high"], 1.0)])
    yield 3, verdict, f"western_aid {delta(aid, 'towns')}, no_depots {delta(less, 'towns')}"
