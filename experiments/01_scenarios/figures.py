"""What would have prevented it: every scenario against the record's."""

from dataclasses import replace

from sim import plots
from sim.analysis import pairs

BASE = "january_2014"


def answer(play):
    """Compare, draw, keep."""
    swept = play()
    named = {name: swept.at(point) for point, name in swept.points["scenario"].items()}
    found = play.compare(named)
    play.table(plots.outcomes.class_table(named), "classes")
    shown = found.table[found.table["measure"].isin(["regroups", "stands"])]
    shown = shown.assign(p_adjusted=pairs.adjusted(shown["p"]))  # the family is what the figure shows
    play.figure(plots.paired_differences(replace(found, table=shown)), "differences")
    play.figure(plots.regrouping({name: named[name] for name in CURVES if name in named}), "regrouping")
    told = found.table.set_index(["measure", "comparison"])
    chances = told.loc["regroups"]["p"]
    columns = ["a", "b", "difference", "low", "high", "gain", "p_adjusted"]
    play.answer(
        **{
            measure: told.loc[measure][columns].reset_index()
            for measure in ("regroups", "stands", "end_towns", "wait", "dead_isis")
        },
        rows_in_family=len(found.table),
        differ_by_holm=int((pairs.adjusted(chances) < 0.05).sum()),
        differ_by_benjamini_hochberg=int((pairs.adjusted(chances, "benjamini-hochberg") < 0.05).sum()),
    )


CURVES = (BASE, "pursuit", "awakening", "no_retreat", "nusra_joins", "truce")
