"""Gulf money: cut, as it was, doubled."""

import pandas as pd

import sim
from sim import plots
from sim.analysis import pairs


def answer(play):
    """Compare with the money as it was, draw, keep."""
    swept = play()
    point = {tuple(row): number for number, row in swept.points.iterrows()}
    base = swept.at(point[1, 1])
    named = {"as it was": base} | {words: swept.at(point[key]) for key, words in CASES.items()}
    found = play.compare(named)
    play.figure(plots.paired_differences(found, title="What Gulf money changes"), "differences")
    rows = []
    for name, other in list(named.items())[1:]:
        for column in ("rebels_deserted", "rebels_recruited"):
            told = {"comparison": name, "measure": column}
            rows.append(told | pairs.paired_mean(base.runs[column], other.runs[column]))
    men = play.table(pd.DataFrame(rows), "rebel_men")
    grid = sim.compare.per_point(swept, "end_towns")
    play.table(grid, "end_towns")
    told = found.table[found.table["measure"].isin(["regroups", "stands", "end_towns", "end_men_share"])]
    play.answer(against_as_it_was=told, rebel_men=men, towns_at_the_end=grid)


CASES = {
    (0, 0): "no Gulf money", (0, 1): "no money of states", (1, 0): "no private money",
    (2, 1): "twice that of states", (1, 2): "twice private money", (2, 2): "twice all Gulf money",
}  # fmt: skip
