"""Who is at war with the focal faction, and when."""

import matplotlib.dates as mdates
import numpy as np
import pandas as pd

from sim.plots import frames, layout, palette, series, style

LINE = {"arrowstyle": "-", "lw": 0.5, "color": style.SOFT, "shrinkA": 0, "shrinkB": 0}


@style.styled
def alignment(
    ensemble, ax=None, province=None, *, record=None, events=None, days=None, width=style.PAGE, caption=True
):
    """Who is at war with the focal faction, and when: share of runs by faction and day.

    Parameters
    ----------
    ensemble : Ensemble
        Results with the alignment frame.
    province : str, optional
        One province; by default at war in any.
    record : pandas.DataFrame, optional
        When factions first fought it by the record, as `sim.record.Record.joined` gives it: ``faction`` and
        ``day`` (or ``date``). Marked.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on, factions in the order in which they join.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="full", progress=False)
    >>> plots.alignment(ensemble, province="Aleppo").get_xlabel()
    ''
    """
    last = days or ensemble.days
    shares = at_war_shares(ensemble, last, province)
    shares = shares[shares.max(axis=1) > 0]
    height = 0.95 + 0.17 * max(len(shares), 2)
    ax, new = style.axes_for(ax, width, height)
    table = palette.looks(ensemble.scenario)
    when = mdates.date2num(frames.dates(ensemble, [0, last + 1]))
    if len(shares):
        box = (when[0] - 0.5, when[1] - 0.5, len(shares) - 0.5, -0.5)
        image = ax.imshow(shares, aspect="auto", extent=box, interpolation="none", **palette.CHANCES)
        layout.chance_bar(ax, image, "share of runs", fraction=0.03, pad=0.015)
    else:
        ax.text(0.5, 0.5, "nobody goes to war", transform=ax.transAxes, ha="center", color=style.SOFT)
    series.date_axis(ax, frames.dates(ensemble, [0])[0], frames.dates(ensemble, [last])[0])
    ax.set_yticks(range(len(shares)), [table[name].label for name in shares.index])
    ax.tick_params(axis="y", length=0)
    focal = table[ensemble.scenario.focal].label
    marked = _mark_above(ax, ensemble, events, last) + _mark_joined(ax, ensemble, record, shares.index, last)
    title = f"At war with {focal}{f' in {province}' if province else ' in any province'}"
    ax.set_title(title, pad=12 if "Above:" in marked else None)
    who = f"{frames.provenance(ensemble)} Factions never at war are left out.{marked}"
    style.put_caption(ax, f"{who} {frames.chance_note(ensemble)}", new, caption)
    return ax


def _mark_above(ax, ensemble, events, last):
    """Numbers above the Axes at dated events; what the caption has to say of them."""
    if events is None:
        return ""
    table = frames.by_day(ensemble, events, last)
    if table.empty:
        return ""
    per_day = ax.figure.get_size_inches()[0] * 72 * 0.7 / max(last, 1)
    places = style.spread(list(table["day"]), 6.5 / per_day, 0)
    for k, (day, place) in enumerate(zip(table["day"], places, strict=True)):
        at, away = (frames.dates(ensemble, [day])[0], 1), ((place - day) * per_day, 5)
        look = {"ha": "center", "va": "baseline", "arrowprops": LINE} | style.REMARK
        style.beside(ax, str(k + 1), at, away, xycoords=series.ABOVE, **look)
    words = (f"{k + 1} {label}" for k, label in enumerate(table["label"]))
    return f" Above: {', '.join(words)}."


def _mark_joined(ax, ensemble, record, names, last):
    """A mark in a faction's row where it first fought by the record; what the caption has to say of it."""
    if record is None:
        return ""
    table = frames.by_day(ensemble, record, last)
    table = table[table["faction"].isin(list(names))]
    if table.empty:
        return ""
    row = {name: k for k, name in enumerate(names)}
    look = {"facecolor": style.RECORD, "edgecolor": style.PAPER, "linewidth": 0.7, "clip_on": False}
    when, at = frames.dates(ensemble, table["day"]), table["faction"].map(row)
    ax.scatter(when, at, s=16, marker="D", zorder=4, **look)
    return " Diamond: first dated clash by the record."


def at_war_shares(ensemble, last, province=None):
    """Share of runs at war with the focal faction: factions (those who join first on top) by days."""
    changes = ensemble.alignment
    if province is not None:
        changes = changes[changes["province"] == province]
    runs = np.sort(ensemble.runs["run"].to_numpy())
    names = [name for name in ensemble.scenario.faction_ids if name != ensemble.scenario.focal]
    changes = changes[changes["faction"].isin(names) & (changes["day"] <= last)]
    changes = changes.sort_values("day", kind="stable")
    provinces = list(ensemble.scenario.provinces)
    place = (
        np.searchsorted(runs, changes["run"].to_numpy()),
        frames.codes(changes["province"], provinces),
        frames.codes(changes["faction"], names),
    )
    day, war = changes["day"].to_numpy(), changes["at_war"].to_numpy(bool)
    now = np.zeros((len(runs), len(provinces), len(names)), bool)
    shares = np.zeros((len(names), last + 1))
    edges = np.searchsorted(day, np.arange(last + 2), side="left")
    for t in range(last + 1):
        part = slice(edges[t], edges[t + 1])
        now[place[0][part], place[1][part], place[2][part]] = war[part]
        shares[:, t] = now.any(axis=1).mean(axis=0)
    order = np.lexsort((names, -shares.sum(axis=1)))
    return pd.DataFrame(shares[order], index=[names[k] for k in order])
