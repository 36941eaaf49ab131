"""Gulf money: cut, as it was, doubled."""

from dataclasses import replace

import pandas as pd

from sim import plots
from sim.analysis import pairs
from sim.analysis.claims import at_least, delta, every, stronger, within
from sim.analysis.comparison import per_point

SHOWN = ("differences",)  # figures of the README


def answer(play):
    """Compare with the money as it was, draw, keep."""
    swept = play()
    point = {tuple(row): number for number, row in swept.points.iterrows()}
    base = swept.at(point[1, 1])
    named = {"as it was": base} | {words: swept.at(point[key]) for key, words in CASES.items()}
    found = play.compare(named)
    shown = found.table[found.table["measure"].isin(["regroups", "stands"])]
    shown = shown.assign(p_adjusted=pairs.adjusted(shown["p"]))  # the family is what the figure shows
    figure = plots.paired_differences(replace(found, table=shown), title="What Gulf money changes")
    play.figure(figure, "differences")
    rows = []
    for name, other in list(named.items())[1:]:
        for column in ("rebels_deserted", "rebels_recruited"):
            about = {"comparison": name, "measure": column}
            rows.append(about | pairs.paired_mean(base.runs[column], other.runs[column]))
    men = play.table(pd.DataFrame(rows), "rebel_men")
    grid = per_point(swept, "end_towns")
    play.table(grid, "end_towns")
    verdict = every(
        stronger(
            *(
                named[name].runs[column].to_numpy(float) - base.runs[column].to_numpy(float)
                for name in ("no Gulf money", "twice all Gulf money")
            )
        )
        for column in ("end_towns", "rebels_deserted")
    )
    play.verdicts(*verdicts(play, found.table, men, verdict))
    kept = found.table[found.table["measure"].isin(["regroups", "stands", "end_towns", "end_men_share"])]
    play.answer(against_as_it_was=kept, rebel_men=men, towns_at_the_end=grid)


def verdicts(play, table, men, cutting_does_more):
    """What became of each prediction."""
    chance, towns = (
        play.one(table, comparison="no Gulf money", measure=measure) for measure in ("regroups", "end_towns")
    )
    verdict = every([within(chance["low"], chance["high"], 0.05), within(towns["low"], towns["high"], 1.0)])
    yield 1, verdict, f"no Gulf money: {delta(chance, 'points')}, {delta(towns, 'towns')}"
    gone = play.one(men, comparison="no Gulf money", measure="rebels_deserted")
    part = {key: gone[key] / gone["a"] for key in ("difference", "low", "high")}
    yield (
        2,
        at_least(part["low"], part["high"], 0.2),
        f"deserters {delta(part, 'points', 0)} of {gone['a']:,.0f}",
    )
    more = play.one(table, comparison="twice all Gulf money", measure="end_towns")
    left = play.one(men, comparison="twice all Gulf money", measure="rebels_deserted")
    yield (
        3,
        cutting_does_more,
        f"twice all: {delta(more, 'towns')}, deserters {delta(left, '', 0)}; cut: {delta(towns, 'towns')}, "
        f"deserters {delta(gone, '', 0)}",
    )


CASES = {
    (0, 0): "no Gulf money",
    (0, 1): "no money of states",
    (1, 0): "no private money",
    (2, 1): "twice that of states",
    (1, 2): "twice private money",
    (2, 2): "twice all Gulf money",
}
