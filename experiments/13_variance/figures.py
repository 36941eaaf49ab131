"""Variance: Sobol indices of the twelve parameters that screening found strongest."""

import pandas as pd

from sim import plots
from sim.analysis import sensitivity
from sim.analysis.claims import plain

SHOWN = ("indices_end_towns",)  # figures of the README


def answer(play):
    """Sample, play, draw, keep."""
    swept, design = play.with_design()
    screening, chosen = play.other("12_screening"), list(swept.points)
    runs = len(swept.runs) // len(swept.points)
    parts = []
    for name, words in screening.OUTCOMES.items():
        table = sensitivity.sobol(design.problem, screening.outcome(swept, name), seed=1)
        parts.append(table.assign(outcome=name))
        if table["effect"].isna().all():
            continue
        note = (
            f"Sobol: {len(design):,} points (base sample {len(design) // (len(chosen) + 2)}) over "
            f"{len(chosen)} parameters, {runs} runs a point, paired (seed "
            f"{swept.seed}). Bar: total index; tick: first order; lines: 95 % bootstrap intervals."
        )
        ax = plots.sensitivity(
            table, words=f"total index for {words}", title="Where the doubt comes from", caption=note
        )
        play.figure(ax, f"indices_{name}")
    table = play.table(pd.concat(parts, ignore_index=True), "indices")
    sums = table.groupby("outcome", sort=False)[["first", "effect"]].sum()
    nil = table[table["low"] <= 0].groupby("outcome", sort=False)["parameter"].count()
    play.verdicts(*verdicts(table))
    play.answer(indices=table, sums=sums.reset_index(), intervals_reach_nil=nil.to_dict())


def verdicts(table):
    """What became of each prediction."""
    stands, towns = (table[table["outcome"] == name] for name in ("stands", "end_towns"))
    total = stands["first"].sum()
    yield 1, plain(total < 0.6), f"first-order indices sum to {total:.2f}"
    top = towns.iloc[0]
    found = f"{top['parameter']}: {top['effect']:.2f} ({top['low']:.2f} to {top['high']:.2f})"
    yield 2, plain(top["parameter"].startswith("battle.") and top["effect"] > 0.2), found
    nil = {name: int((part["low"] <= 0).sum()) for name, part in (("stands", stands), ("towns", towns))}
    yield (
        3,
        plain(max(nil.values()) >= 4),
        "; ".join(f"{name}: {count} of {len(stands)}" for name, count in nil.items()),
    )
