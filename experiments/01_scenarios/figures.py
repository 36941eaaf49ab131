"""What would have prevented it: every scenario against the record's."""

from dataclasses import replace

import sim
from sim import plots
from sim.analysis import pairs
from sim.analysis.claims import at_least, at_most, delta, every, plain, within

BASE = "january_2014"

SHOWN = ("differences", "regrouping", "differences_posterior")  # figures of the README


def answer(play):
    """Compare, draw, keep."""
    swept = play()
    named = {name: swept.at(point) for point, name in swept.points["scenario"].items()}
    found = play.compare(named)
    play.table(plots.outcomes.outcome_share_table(named), "classes")
    shown = found.table[found.table["measure"].isin(["regroups", "stands"])]
    shown = shown.assign(p_adjusted=pairs.adjusted(shown["p"]))  # the family is what the figure shows
    play.figure(plots.paired_differences(replace(found, table=shown)), "differences")
    wide = drawn(play, list(named))
    play.figure(plots.regrouping({name: named[name] for name in CURVES if name in named}), "regrouping")
    about = found.table.set_index(["measure", "comparison"])
    chances = about.loc["regroups"]["p"]
    play.verdicts(*verdicts(play, found.table))
    columns = ["a", "b", "difference", "low", "high", "gain", "p_adjusted"]
    play.answer(
        **{
            measure: about.loc[measure][columns].reset_index()
            for measure in ("regroups", "stands", "end_towns", "wait", "dead_isis")
        },
        with_drawn_parameters=wide[wide["measure"].isin(["regroups", "stands", "end_towns"])],
        rows_in_family=len(found.table),
        differ_by_holm=int((pairs.adjusted(chances) < 0.05).sum()),
        differ_by_benjamini_hochberg=int((pairs.adjusted(chances, "benjamini-hochberg") < 0.05).sum()),
    )


def drawn(play, names):
    """The same with parameters and garrisons drawn from the posterior: one draw for both runs of a pair."""
    runs = play.runs("posterior", 100)
    asked = {"seed": 101, "days": play.setting("posterior", "days", None), "progress": False}
    named = {name: sim.run_ensemble(name, runs=runs, draw="posterior", **asked) for name in names}
    found = play.compare(named, "differences_posterior")
    shown = found.table[found.table["measure"].isin(["regroups", "stands"])]
    shown = shown.assign(p_adjusted=pairs.adjusted(shown["p"]))
    title = "What changes against january_2014, parameters drawn"
    ax = plots.paired_differences(replace(found, table=shown), title=title)
    play.figure(ax, "differences_posterior")
    return found.table


def verdicts(play, table):
    """What became of each prediction."""

    def change(name, measure="regroups"):
        return play.one(table, comparison=name, measure=measure)

    def lowers(number, name, by):
        row = change(name)
        return number, at_most(row["low"], row["high"], -by), f"{name}: {delta(row, 'points')}"

    yield lowers(1, "no_retreat", 0.1)
    yield lowers(2, "pursuit", 0.1)
    yield lowers(3, "awakening", 0.2)
    yield lowers(4, "nusra_joins", 0.1)
    small = {n: change(n) for n in ("gulf_cutoff", "western_aid", "no_depots", "sealed_border")}
    verdict = every(within(row["low"], row["high"], 0.05) for row in small.values())
    yield 5, verdict, "; ".join(f"{name}: {delta(row, 'points')}" for name, row in small.items())
    more = {n: change(n, "end_towns") for n in ("truce", "mosul", "regime_offensive")}
    verdict = every(at_least(row["low"], row["high"], 0.0) for row in more.values())
    yield 6, verdict, "; ".join(f"{name}: {delta(row, 'towns')}" for name, row in more.items())
    chances = table[table["measure"] == "regroups"]
    differ = chances.loc[pairs.adjusted(chances["p"]) < 0.05, "comparison"].tolist()
    found = f"{len(differ)} of {len(chances)} by Holm's method: {', '.join(differ) or 'none'}"
    yield 7, plain(len(differ) < len(chances) / 2), found


CURVES = (BASE, "pursuit", "awakening", "no_retreat", "nusra_joins", "truce")
