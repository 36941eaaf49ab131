"""Screening: Morris' elementary effects of every uncertain parameter on the main outcomes."""

import numpy as np
import pandas as pd

from sim import plots
from sim.analysis import sensitivity
from sim.analysis.claims import plain
from sim.analysis.comparison import measured

OUTCOMES = {
    "stands": "the share of runs unbroken or back",
    "regroups": "the share of runs that regroup",
    "end_towns": "towns held at the end",
    "dead": "the dead of both sides and civilians",
}
CHOSEN = 12

SHOWN = ("effects_end_towns",)  # figures of the README


def outcome(swept, name):
    """Mean outcome at every point."""
    if name == "dead":
        values = swept.runs[["dead_isis", "dead_rebels", "dead_civilians"]].sum(axis=1).to_numpy(float)
    else:
        values = measured(swept.runs, name).astype(float)
    return pd.Series(values).groupby(swept.runs["point"].to_numpy()).mean().to_numpy()


def screened(swept, problem, unit):
    """Effects on every outcome, one row a parameter and outcome."""
    parts = [
        sensitivity.morris(problem, unit, outcome(swept, name), seed=1).assign(outcome=name)
        for name in OUTCOMES
    ]
    return pd.concat(parts, ignore_index=True)


def strongest(table, count=CHOSEN):
    """The parameters with the greatest effects, each outcome's relative to its greatest, then the mean."""
    scaled = table.assign(
        part=table["effect"] / table.groupby("outcome")["effect"].transform("max").replace(0, np.nan)
    )
    mean = scaled.groupby("parameter", sort=False)["part"].mean()
    return mean.sort_values(ascending=False, kind="stable").index[:count].tolist()


def answer(play):
    """Screen, draw, keep."""
    swept, design = play.with_design()
    table = play.table(screened(swept, design.problem, design.unit), "effects")
    runs = len(swept.runs) // len(swept.points)
    for name, words in OUTCOMES.items():
        part = table[table["outcome"] == name]
        ax = plots.sensitivity(
            part,
            words=f"mean size of the effect on {words}",
            title="What moves the outcome: screening",
            caption=f"Morris: {len(swept.points):,} points in {len(design.unit) // (len(part) + 1)} "
            f"trajectories over {len(part)} parameters, {runs} runs a point, paired (seed "
            f"{swept.seed}). Bar: mean size of an effect over the whole range of the "
            "parameter; lines: 95 % intervals. The 20 strongest.",
        )
        play.figure(ax, f"effects_{name}")
    chosen = strongest(table)
    play.table(pd.DataFrame({"parameter": chosen}), "chosen")
    stands = table[table["outcome"] == "stands"]
    top = {name: table[table["outcome"] == name]["parameter"].head(20).tolist() for name in OUTCOMES}
    play.verdicts(*verdicts(table, top))
    play.answer(
        parameters=len(stands),
        above_a_tenth_on_stands=int((stands["effect"] > 0.1).sum()),
        spread_exceeds_mean={
            n: float((g["spread"] > g["mean"].abs()).mean()) for n, g in table.groupby("outcome")
        },
        twenty_strongest=top,
        chosen=chosen,
    )


def verdicts(table, top):
    """What became of each prediction."""
    stands = table[table["outcome"] == "stands"]
    above = int((stands["effect"] > 0.1).sum())
    sure = int((stands["low"] > 0.1).sum())
    found = f"{above} of {len(stands)} above 0.1; {sure} with their whole interval"
    yield 1, plain(above < len(stands) / 4), found
    ten = top["end_towns"][:10]
    groups = [name.split(".")[0] for name in ten]
    fought, hands = sum(g in ("battle", "plans") for g in groups), groups.count("manpower")
    yield (
        2,
        plain(fought >= 4 and hands >= 1),
        f"{fought} of battle and plans, {hands} of manpower: {', '.join(ten)}",
    )
    paid = sorted({n for names in top.values() for n in names if n.startswith("sponsorship.")})
    yield 3, plain(not paid), f"among the twenty strongest of an outcome: {', '.join(paid) or 'none'}"
    through = float((table["spread"] > table["mean"].abs()).mean())
    yield 4, plain(through > 0.5), f"{100 * through:.0f} % of all effects"
