"""The regime: what the war among rebels brings it, and what its pressure does for ISIS."""

import pandas as pd

from sim import plots
from sim.analysis import pairs
from sim.analysis.claims import at_least, at_most, delta, every
from sim.core.outcomes import interval
from sim.plots import frames, style
from sim.plots.palette import LINES

REGIME = "syrian_government"

SHOWN = ("regime_towns",)  # figures of the README


def answer(play):
    """Compare with the record's scenario and with no war on ISIS, draw, keep."""
    swept = play()
    names = ("january_2014", "regime_offensive", "regime_pause", "no war on ISIS")
    named = {name: swept.at(point) for point, name in enumerate(names)}
    found = play.compare(named)
    play.figure(plots.paired_over_time(found, "towns"), "isis_towns")
    peace = named["no war on ISIS"]
    rows = []
    for name in names[:3]:
        values = (peace.runs["rebel_towns_to_regime"], named[name].runs["rebel_towns_to_regime"])
        rows.append(
            {"comparison": name, "measure": "rebel towns the regime took"} | pairs.paired_mean(*values)
        )
        towns = (frames.matrix(e, "towns", REGIME)[:, -1] for e in (peace, named[name]))
        rows.append(
            {"comparison": name, "measure": "towns of the regime at the end"} | pairs.paired_mean(*towns)
        )
    against = play.table(pd.DataFrame(rows), "against_no_war")
    dead = play.table(
        pd.DataFrame([{"scenario": name} | dead_rebels(e) for name, e in named.items()]), "dead_rebels"
    )
    play.figure(draw(named), "regime_towns")
    play.verdicts(*verdicts(play, found.table, against, named))
    kept = found.table[found.table["measure"].isin(["regroups", "stands", "end_towns", "dead_rebels"])]
    play.answer(against_no_war=against, dead_rebels=dead, against_the_record=kept)


def verdicts(play, table, against, named):
    """What became of each prediction."""
    taken = "rebel towns the regime took"
    row = play.one(against, comparison="january_2014", measure=taken)
    yield 1, at_least(row["low"], row["high"], 0.5), f"{delta(row, 'towns', 2)} against no war on ISIS"
    base, press = (named[n].runs["rebel_towns_to_regime"] for n in ("january_2014", "regime_offensive"))
    more = pairs.paired_mean(base, press)
    isis = play.one(table, comparison="regime_offensive", measure="end_towns")
    verdict = every(at_least(r["low"], r["high"], 0.0) for r in (more, isis))
    yield (
        2,
        verdict,
        f"{delta(more, 'towns', 2)} of rebels to the regime, {delta(isis, 'towns')} of ISIS at the end",
    )
    silent = play.one(table, comparison="regime_pause", measure="end_towns")
    yield 3, at_most(silent["low"], silent["high"], -1.0), delta(silent, "towns")
    row = pairs.paired_mean(*fallen(named["january_2014"])[::-1])
    found = f"{row['b']:,.0f} at the front, {row['a']:,.0f} in the war with ISIS: {delta(row, '', 0)}"
    yield 4, at_least(row["low"], row["high"], 0.0), found


def fallen(ensemble):
    """Dead of the rebels against the regime and in the war with ISIS in each run, to the last day."""
    factions = ensemble.scenario.factions
    rebels = set(factions.loc[factions["side"] == "rebel", "id"])
    last = ensemble.daily[ensemble.daily["day"] == ensemble.days]
    front = last[last["faction"].isin(rebels)].groupby("run")["dead_front"].sum()
    return front.to_numpy(float), ensemble.runs["dead_rebels"].to_numpy(float)


def dead_rebels(ensemble):
    """Mean dead of the rebels against the regime and in the war with ISIS."""
    front, isis = fallen(ensemble)
    return {
        "at_the_front": front.mean(),
        "against_isis": isis.mean(),
        "front_exceeds": float((front > isis).mean()),
        "runs": len(front),
    }


@style.styled
def draw(named):
    """Towns the regime took from rebels: share of runs by number."""
    ax, new = style.axes_for(None, style.PAGE, 3.2)
    first = next(iter(named.values()))
    most = max(1, *(int(e.runs["rebel_towns_to_regime"].max()) for e in named.values()))
    width = 0.8 / len(named)
    for k, (name, ensemble) in enumerate(named.items()):
        counts = ensemble.runs["rebel_towns_to_regime"].value_counts()
        counts = counts.reindex(range(most + 1), fill_value=0).to_numpy()
        x = [n + width * (k - (len(named) - 1) / 2) for n in range(most + 1)]
        heights = counts / len(ensemble.runs)
        low, high = interval(counts, len(ensemble.runs))
        ax.bar(x, heights, width, color=LINES[k][0], edgecolor=style.INK, lw=0.3, label=name)
        error = (heights - low).clip(0), (high - heights).clip(0)  # Wilson's never ends below nil
        ax.errorbar(x, heights, error, fmt="none", ecolor=style.SOFT, lw=0.8)
    ax.set_xticks(range(most + 1))
    ax.set(xlabel="rebel towns the regime took", ylabel="share of runs")
    ax.legend(loc="upper right")
    ax.set_title("Does the regime profit?")
    note = (
        f"{len(first.runs):,} runs of each, paired (seed {first.seed}), {first.days} days. "
        "Lines: Wilson's 95 % intervals."
    )
    style.put_caption(ax, note, new)
    return ax
