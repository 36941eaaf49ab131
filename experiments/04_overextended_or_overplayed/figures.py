"""Overextended or overplayed: the same men in fewer towns, or angrier towns."""

import pandas as pd

from sim import plots
from sim.analysis import pairs
from sim.analysis.claims import at_least, at_most, delta, every, stronger
from sim.plots import frames

MARCH = "2014-03-31"

SHOWN = ("towns",)  # figures of the README


def answer(play):
    """Compare, draw, keep."""
    swept = play()
    named = {name: swept.at(point) for point, name in swept.points["scenario"].items()}
    found = play.compare(named)
    for measure in ("towns", "men"):
        play.figure(plots.paired_over_time(found, measure), measure)
    base, *others = named
    march = min(swept.scenario.day(pd.Timestamp(MARCH).date()), swept.days)
    rows, changes = [], {}
    for day, when in ((march, MARCH), (swept.days, "end")):
        for column in ("towns", "people", "men"):
            first = frames.pivot(named[base].focal, column)[:, day]
            for name in others:
                other = frames.pivot(named[name].focal, column)[:, day]
                changes[when, column, name] = other.astype(float) - first
                about = {"when": when, "measure": column, "comparison": name}
                rows.append(about | pairs.paired_mean(first, other))
    table = pd.DataFrame(rows)
    table["p_adjusted"] = pairs.adjusted(table["p"])
    play.table(table, "march_and_end")
    more = stronger(*(changes["end", "towns", name] for name in ("awakening", "concentrated_start")))
    play.verdicts(*verdicts(play, table, found.table, more))
    dead = found.table.query("measure == 'dead_isis'")[["comparison", "a", "b", "difference", "low", "high"]]
    play.answer(
        march_and_end=table,
        dead_isis=dead,
        regroups=found.table[found.table["measure"].isin(["regroups", "stands"])],
        political_moves_more=more,
    )


def verdicts(play, table, whole, political_moves_more):
    """What became of each prediction."""

    def change(when, measure, name):
        return play.one(table, when=when, measure=measure, comparison=name)

    men, towns = (change(MARCH, measure, "concentrated_start") for measure in ("men", "towns"))
    share = {key: men[key] / men["a"] for key in ("difference", "low", "high")}
    more = at_least(share["low"], share["high"], 0.05)
    verdict = every([more, at_most(towns["low"], towns["high"], 0.5)])
    yield 1, verdict, f"on 31 March {delta(share, 'points')} of its men, {delta(towns, 'towns')}"
    end = change("end", "towns", "concentrated_start")
    yield 2, at_most(end["low"], end["high"], 0.0), f"at the end {delta(end, 'towns')}"
    angry = change("end", "towns", "awakening")
    dead = play.one(whole, comparison="awakening", measure="dead_isis")
    verdict = every([at_most(angry["low"], angry["high"], -3.0), at_least(dead["low"], dead["high"], 0.0)])
    yield 3, verdict, f"{delta(angry, 'towns')}; {delta(dead, 'dead of ISIS', 0)}"
    yield 4, political_moves_more, f"{delta(angry, 'towns')} against {delta(end, 'towns')}"
