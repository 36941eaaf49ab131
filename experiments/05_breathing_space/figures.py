"""Breathing space: truces on other days of one history, and how fast units mend against pursuit."""

import pandas as pd

import sim
from sim import plots
from sim.analysis import pairs
from sim.compare import futures, per_point
from sim.plots import frames

SEED, FORK, TRUCES = 205, 7, (8, 12, 20, 30, 45)
MARCH = "2014-03-31"


def answer(play):
    """Fork, compare, sweep, draw, keep."""
    days = play.setting("forks", "days", 271)
    world = sim.RebelConflict(seed=SEED, days=days).run(FORK)
    changes = {f"truce on day {day}": {"scenario": "truce", "on": day} for day in TRUCES}
    found = futures(world, changes, runs=play.runs("forks", 60), seed=SEED, progress=False)
    play.table(found.table, "futures")
    play.table(found.over_time("towns"), "futures_towns")
    play.figure(plots.paired_over_time(found, "towns"), "futures_towns")
    play.figure(plots.regrouping(found.named), "futures_regrouping")
    march = min(world.scenario.day(pd.Timestamp(MARCH).date()), days)
    base, *others = found.named
    first = frames.pivot(found.named[base].focal, "towns")[:, march]
    rows = [
        {"comparison": name}
        | pairs.paired_mean(first, frames.pivot(found.named[name].focal, "towns")[:, march])
        for name in others
    ]
    in_march = play.table(pd.DataFrame(rows), "futures_march")

    swept = play()
    shares = {name: per_point(swept, name) for name in ("regroups", "stands")}
    play.table(shares["stands"].assign(regroups=shares["regroups"]["value"]), "space")
    for name, frame in shares.items():
        play.figure(
            plots.phase_diagram(
                frame, "recovery.half_life", "plans.pursuit", "value",
                labels=("half-life in which cohesion mends, days", "willingness to pursue"),
                words=WORDS[name], title="Breathing space against pursuit",
                caption=f"{len(frame)} points of {frame['runs'].min()} runs each, the same luck at each "
                f"(seed {swept.seed}); 95 % intervals of the shares: at most "
                f"{50 * (frame['high'] - frame['low']).max():.0f} points to either side (space.csv).",
            ),
            f"space_{name}",
        )  # fmt: skip
    play.answer(
        futures=found.table[found.table["measure"].isin(["regroups", "stands", "wait", "end_towns"])],
        march=in_march,
        corners=corners(swept),
    )


WORDS = {"regroups": "share of runs that regroup", "stands": "share of runs unbroken or back"}


def corners(swept):
    """Slow against fast mending, and full pursuit against none, run by run."""
    at = {
        tuple(row): point for point, row in swept.points[["recovery.half_life", "plans.pursuit"]].iterrows()
    }
    slow, fast = max(k for k, _ in at), min(k for k, _ in at)
    low, high = min(p for _, p in at), max(p for _, p in at)
    asked = {
        "slow against fast mending, no pursuit": ((fast, low), (slow, low)),
        "slow against fast mending, full pursuit": ((fast, high), (slow, high)),
        "full against no pursuit, fast mending": ((fast, low), (fast, high)),
        "full against no pursuit, slow mending": ((slow, low), (slow, high)),
    }
    rows = []
    for words, (a, b) in asked.items():
        table = sim.compare({"a": swept.at(at[a]), "b": swept.at(at[b])}, control="none").table
        rows.append(
            table[table["measure"].isin(["regroups", "stands", "end_towns"])].assign(comparison=words)
        )
    return pd.concat(rows, ignore_index=True)
