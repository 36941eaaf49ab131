"""The regime: what the war among rebels brings it, and what its pressure does for ISIS."""

import pandas as pd

from sim import plots
from sim.analysis import pairs
from sim.plots import frames, style
from sim.plots.outcomes import LINES

REGIME = "syrian_government"


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
    told = found.table[found.table["measure"].isin(["regroups", "stands", "end_towns", "dead_rebels"])]
    play.answer(against_no_war=against, dead_rebels=dead, against_the_record=told)


def dead_rebels(ensemble):
    """Mean dead of the rebels against the regime and in the war with ISIS, to the last day."""
    factions = ensemble.scenario.factions
    rebels = set(factions.loc[factions["side"] == "rebel", "id"])
    last = ensemble.daily[ensemble.daily["day"] == ensemble.days]
    mine = last[last["faction"].isin(rebels)].groupby("run")[["dead_front", "dead_battle"]].sum()
    return {
        "at_the_front": mine["dead_front"].mean(),
        "against_isis": ensemble.runs["dead_rebels"].mean(),
        "front_exceeds": float(
            (mine["dead_front"].to_numpy() > ensemble.runs["dead_rebels"].to_numpy()).mean()
        ),
        "runs": len(mine),
    }


@style.styled
def draw(named):
    """Towns the regime took from rebels: share of runs by number."""
    ax, new = style.axes_for(None, style.PAGE, 3.2)
    first = next(iter(named.values()))
    most = max(1, *(int(e.runs["rebel_towns_to_regime"].max()) for e in named.values()))
    width = 0.8 / len(named)
    for k, (name, ensemble) in enumerate(named.items()):
        share = ensemble.runs["rebel_towns_to_regime"].value_counts(normalize=True)
        x = [n + width * (k - (len(named) - 1) / 2) for n in range(most + 1)]
        heights = [share.get(n, 0.0) for n in range(most + 1)]
        ax.bar(x, heights, width, color=LINES[k][0], edgecolor=style.INK, lw=0.3, label=name)
        error = [1.96 * (h * (1 - h) / len(ensemble.runs)) ** 0.5 for h in heights]
        ax.errorbar(x, heights, error, fmt="none", ecolor=style.SOFT, lw=0.8)
    ax.set_xticks(range(most + 1))
    ax.set(xlabel="rebel towns the regime took", ylabel="share of runs")
    ax.legend(loc="upper right")
    ax.set_title("Does the regime profit?")
    note = (
        f"{len(first.runs):,} runs of each with the same luck (seed {first.seed}), {first.days} days. "
        "Lines: 95 % intervals."
    )
    style.put_caption(ax, note, new)
    return ax
