"""Breathing space: truces on other days of one history, and how fast units mend against pursuit."""

from itertools import count, pairwise

import pandas as pd

import sim
from sim import plots
from sim.analysis import compare_futures, pairs
from sim.analysis.claims import at_least, at_most, delta, every, plain, within
from sim.analysis.comparison import per_point
from sim.plots import frames

SEED, FORK, TRUCES = 205, 7, (8, 12, 20, 30, 45)
TRIED = 20  # futures that say whether a history is one in which ISIS is broken
MARCH = "2014-03-31"

SHOWN = ("futures_towns", "space_regroups")  # figures of the README


def answer(play):
    """Fork, compare, sweep, draw, keep."""
    days = play.setting("forks", "days", 271)
    world = history(days)
    changes = {f"truce on day {day}": {"scenario": "truce", "on": day} for day in TRUCES}
    found = compare_futures(world, changes, runs=play.runs("forks", 60), seed=SEED, progress=False)
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
                frame,
                "recovery.half_life",
                "plans.pursuit",
                "value",
                labels=("half-life in which cohesion mends, days", "willingness to pursue"),
                words=WORDS[name],
                title="Breathing space against pursuit",
                caption=f"{len(frame)} points of {frame['runs'].min()} runs each, paired "
                f"(seed {swept.seed}); 95 % intervals of the shares: at most "
                f"{50 * (frame['high'] - frame['low']).max():.0f} points to either side (space.csv).",
            ),
            f"space_{name}",
        )
    table = corners(swept)
    play.verdicts(*verdicts(play, found.table, in_march, table))
    play.answer(
        futures=found.table[found.table["measure"].isin(["regroups", "stands", "wait", "end_towns"])],
        march=in_march,
        corners=table,
    )


def history(days):
    """The first history, by seed, in most of whose futures ISIS is broken and regroups, as in the record."""
    for seed in count(SEED):
        world = sim.RebelConflict(seed=seed, days=days).run(FORK)
        runs = sim.run_ensemble(start=world, runs=TRIED, days=days, progress=False).runs
        if runs["regroup_day"].notna().mean() > 0.5:
            return world


def verdicts(play, whole, march, table):
    """What became of each prediction."""
    row = play.one(whole, comparison="truce on day 12", measure="wait")
    yield 1, at_most(row["low"], row["high"], -5.0), delta(row, "days")
    days = {day: play.one(march, comparison=f"truce on day {day}") for day in TRUCES}
    means = [days[day]["difference"] for day in TRUCES]
    falling = plain(all(a >= b for a, b in pairwise(means)))
    late = (within(days[day]["low"], days[day]["high"], 0.5) for day in (30, 45))
    yield (
        2,
        every([falling, *late]),
        "; ".join(f"day {day}: {delta(r, 'towns')}" for day, r in days.items()),
    )
    ends = {day: play.one(whole, comparison=f"truce on day {day}", measure="end_towns") for day in TRUCES}
    verdict = every(within(r["low"], r["high"], 2.0) for r in ends.values())
    yield 3, verdict, "; ".join(f"day {day}: {delta(r, 'towns')}" for day, r in ends.items())

    def corner(words):
        return play.one(table, comparison=words, measure="regroups")

    slow = corner("slow against fast mending, no pursuit")
    yield 4, at_most(slow["low"], slow["high"], -0.1), delta(slow, "points")
    pursued, quick = (corner(f"full against no pursuit, {how} mending") for how in ("slow", "fast"))
    verdict = every(
        [at_most(pursued["low"], pursued["high"], -0.1), at_least(quick["low"], quick["high"], -0.1)]
    )
    yield 5, verdict, f"slow mending: {delta(pursued, 'points')}; fast: {delta(quick, 'points')}"


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
