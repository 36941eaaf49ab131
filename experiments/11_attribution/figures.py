"""Attribution: Shapley values of eight mechanisms, from every subset of them."""

import numpy as np

from sim import plots
from sim.analysis import pairs
from sim.analysis.attribution import resampled, shapley
from sim.analysis.claims import at_most, beyond, delta, every, within
from sim.analysis.claims import resampled as in_most
from sim.analysis.comparison import measured
from sim.analysis.mechanisms import MECHANISMS, all_subsets

WORDS = {
    "stands": ("What makes ISIS stand", "change of the share of runs unbroken or back"),
    "regroups": ("What makes ISIS regroup", "change of the share of runs that regroup"),
    "end_towns": ("What gives ISIS its towns", "change of the towns held at the end"),
}

SHOWN = ("shapley_regroups", "shapley_end_towns")  # figures of the README


def answer(play):
    """Play all subsets, share out, draw, keep."""
    names = list(MECHANISMS)[: play.setting("subsets", "mechanisms", 8)]
    runs = play.quick.get("subsets", {}).get("runs", 20)
    asked = {"runs_per_point": runs, "seed": 111}
    if "subsets" in play.quick:
        asked["days"] = play.quick["subsets"]["days"]
    swept = play.sweep("subsets", all_subsets(names), **asked)
    found, worths = {}, {}
    for name, (title, words) in WORDS.items():
        worth = worths[name] = np.reshape(measured(swept.runs, name), (len(swept.points), -1))
        table = shapley(worth, names, seed=1)
        found[name] = table.assign(all=table.attrs["all"], none=table.attrs["none"])
        play.table(found[name], f"shapley_{name}")
        note = (
            f"Shapley values over {len(swept.points)} subsets of {len(names)} mechanisms, {worth.shape[1]} "
            f"runs each, paired (seed {swept.seed}); sum {table['share'].sum():+.3f}: all on "
            f"({table.attrs['all']:.3f}) against all off ({table.attrs['none']:.3f}). Lines: 95 % bootstrap "
            "intervals over runs. Hatched: works against ISIS."
        )
        play.figure(plots.shapley(table, words=words, title=title, caption=note), f"shapley_{name}")
    play.verdicts(*verdicts(found["stands"], worths["stands"]))
    play.answer(**found)


def verdicts(table, worth):
    """What became of each prediction; those about mechanisms that were not played are left out.

    What is claimed of an order holds if it does in nearly all bootstrap samples of the runs.
    """
    rows = table.set_index("mechanism")
    names = rows.index.tolist()
    drawn = resampled(worth, names)
    places = np.argsort(np.argsort(-drawn, axis=0), axis=0)  # 0 is the largest
    order = rows["share"].sort_values(ascending=False).index.tolist()

    def value(name):
        row = rows.loc[name]
        return {"difference": row["share"], "low": row["low"], "high": row["high"]}

    first = ", ".join(f"{name} {delta(value(name), 'points')}" for name in order[:3])
    two = [names.index(name) for name in ("outside reinforcement", "rebel disunity") if name in names]
    yield 1, in_most((places[two] < 2).all(axis=0) & (len(two) == 2)), f"the largest: {first}"
    third = value("ordered withdrawal")
    place = order.index("ordered withdrawal") + 1
    row = names.index("ordered withdrawal")
    yield 2, in_most((places[row] == 2) & (drawn[row] > 0)), f"place {place}: {delta(third, 'points')}"
    if "popular support" in rows.index:
        row = value("popular support")
        yield 3, at_most(row["low"], row["high"], 0.0), delta(row, "points")
    if {"retaliation", "sponsors"} <= set(rows.index):
        both = {name: value(name) for name in ("retaliation", "sponsors")}
        verdict = every(within(row["low"], row["high"], 0.02) for row in both.values())
        yield 4, verdict, "; ".join(f"{name}: {delta(row, 'points')}" for name, row in both.items())
    change = pairs.paired_share(worth[0], worth[-1])
    found = f"{100 * table['all'].iloc[0]:.1f} % all on, {100 * table['none'].iloc[0]:.1f} % all off"
    yield 5, beyond(change["low"], change["high"], 0.3), found
