"""One run as a raster: who held what, town by day, and who was at war when."""

import matplotlib.dates as mdates
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from sim.plots import frames, holder_maps, palette, series, style, town_dots

BELOW = 0.36  # inches from the raster to its legend: room for two lines of dates
MARKS = {  # happening of the ledger: (marker, size, face, words)
    "withdraw": (">", 13, "#ffffff", "ordered withdrawal"),
    "bombing": ("*", 20, "#ffd23f", "suicide attack"),
    "execution": ("X", 9, "#e8e8e8", "prisoners killed"),
}


@style.styled
def control_raster(ensemble, run=0, ax=None, *, happenings=None, days=None, width=style.PAGE, caption=True):
    """Who held each town on each day of one run, towns from west to east, and who was at war when.

    Parameters
    ----------
    ensemble : Ensemble
        Results with control; days with fighting are shown where engagements are kept.
    happenings : pandas.DataFrame, optional
        What else happened: ``day``, ``what``, ``town`` and ``faction``, as
        ``ensemble.replay(run).explain(day=(1, ensemble.days)).table`` has them. Withdrawals, suicide
        attacks and killings of prisoners are marked.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=2, days=31, detail="full", progress=False)
    >>> plots.control_raster(ensemble, run=1).get_title(loc="left")
    'Run 1: who held what'
    """
    scenario = ensemble.scenario
    last = min(days or ensemble.days, ensemble.days)
    order = np.lexsort((np.arange(len(scenario.towns)), scenario.towns["longitude"].to_numpy(float)))
    ax, new = style.axes_for(ax, width, 1.5 + 0.098 * max(len(order), 6))
    holders = holder_maps.run_holders(ensemble, run, list(range(last + 1)))
    grid, looks = _codes(scenario, np.array(holders).T[order])
    _paint(ax, scenario, grid, looks, last)
    marked = _marks(ax, ensemble, run, order, happenings, last)
    names = np.array(town_dots.full_names(scenario))[order]
    wars = _wars(ax, ensemble, run, len(names), last)
    ax.set_yticks([*range(len(names)), *wars], [*names, *wars.values()])
    ax.set_ylim(max([len(names), *wars]) + 0.6, -0.5)
    ax.tick_params(axis="y", length=0, labelsize=5 if len(names) > 20 else style.TEXT, pad=1.5)
    series.date_axis(ax, *frames.dates(ensemble, [0, last]))
    ax.set_title(f"Run {run}: who held what")
    handles = [*(_swatch(look) for look in looks), *marked]
    below = ax.transAxes + ScaledTranslation(0, -BELOW, ax.figure.dpi_scale_trans)
    place = {"loc": "upper left", "bbox_to_anchor": (0, 0), "bbox_transform": below, "borderaxespad": 0}
    size = {"handlelength": 1.0, "handleheight": 0.8, "columnspacing": 1.0}
    ax.legend(handles=handles, ncols=5 if width > 5 else 2, **place, **size)
    focal = palette.looks(scenario)[scenario.focal].label
    text = (
        f"{frames.run_of(ensemble, run)}. Towns from west (top) to east. Below: when any faction of a family "
        f"was at war with {focal} anywhere. {frames.ONE_COURSE}"
    )
    style.put_caption(ax, text, new, caption)
    return ax


def _codes(scenario, holders):
    """Numbers for a grid of holders, and the looks they stand for, in the order of the palette."""
    table = palette.looks(scenario)
    found = {name: holder_maps.family_look(table[name]) for name in np.unique(holders)}
    order = [*palette.FAMILIES.values(), palette.CONTESTED, palette.NOBODY]
    rank = {look: place for place, look in enumerate(order)}
    looks = sorted(set(found.values()), key=lambda look: (rank.get(look, len(order)), look.label))
    code = {name: looks.index(look) for name, look in found.items()}
    return np.vectorize(code.get, otypes=[int])(holders), looks


def _paint(ax, scenario, grid, looks, last):
    """The raster itself; contested days are hatched."""
    colours = ListedColormap([NOBODY if look == palette.NOBODY else look.colour for look in looks])
    norm = BoundaryNorm(np.arange(len(looks) + 1) - 0.5, len(looks))
    start = mdates.date2num(np.datetime64(scenario.date(0)))
    box = (start - 0.5, start + last + 0.5, len(grid) - 0.5, -0.5)
    ax.imshow(grid, cmap=colours, norm=norm, aspect="auto", extent=box, interpolation="none", zorder=0)
    if palette.CONTESTED in looks:
        contested = enumerate(grid == looks.index(palette.CONTESTED))
        bars = [(y, box[0] + a, box[0] + b) for row, true in contested for y, a, b in _spells(row, true)]
        boxes = [[(a, y), (b, y), (b, y + 1), (a, y + 1)] for y, a, b in bars]
        ax.add_collection(PolyCollection(boxes, **HATCHED, lw=0, zorder=0.5), autolim=False)
    ax.hlines(np.arange(len(grid) - 1) + 0.5, box[0], box[1], color=style.PAPER, lw=0.35, zorder=1)


def _wars(ax, ensemble, run, below, last):
    """Under the towns, when factions of each family were at war with the focal one: rows and their names."""
    changes = ensemble.alignment
    changes = changes[(changes["run"] == run) & (changes["day"] <= last)].sort_values("day", kind="stable")
    table, spells = palette.looks(ensemble.scenario), {}
    for (_, name), part in changes.groupby(["province", "faction"], observed=True):
        ends = [*part["day"].iloc[1:], last + 1]
        look = holder_maps.family_look(table[str(name)])
        spells.setdefault(look, []).extend(
            (start, end - start)
            for start, end, war in zip(part["day"], ends, part["at_war"], strict=True)
            if war
        )
    start = mdates.date2num(np.datetime64(ensemble.scenario.date(0))) - 0.5
    rows = {}
    for k, look in enumerate(look for look in palette.FAMILIES.values() if spells.get(look)):
        y = below + 1.0 + 1.2 * k
        bars = [(start + day, length) for day, length in spells[look]]
        ax.broken_barh(bars, (y - 0.45, 0.9), facecolor=look.colour, edgecolor="none")
        rows[y] = f"{look.label}: war"
    return rows


NOBODY = "#efefef"
HATCHED = {"facecolor": style.PAPER, "edgecolor": "#e08a4c", "hatch": "////////"}


def _spells(row, values):
    """Upper edge, first and last day of each unbroken run of true values of one row."""
    turns = np.flatnonzero(np.diff(np.concatenate([[False], values, [False]]).astype(int)))
    return [(row - 0.5, start, end) for start, end in turns.reshape(-1, 2)]


def _swatch(look):
    """An entry of the legend as the raster shows it."""
    if look == palette.CONTESTED:
        return Patch(**HATCHED, lw=0.3, label=look.label)
    return Patch(fc=NOBODY if look == palette.NOBODY else look.colour, ec=style.INK, lw=0.3, label=look.label)


def _marks(ax, ensemble, run, order, happenings, last):
    """Fighting, and what else happened, over the raster; returns the handles of a legend."""
    row = {ensemble.scenario.town_ids[town]: k for k, town in enumerate(order)}
    handles, focal = [], ensemble.scenario.focal
    if ensemble.detail == "full":
        fights = ensemble.engagements
        ours = (fights["run"] == run) & ((fights["faction_a"] == focal) | (fights["faction_b"] == focal))
        fights = fights[ours & (fights["day"] <= last)].drop_duplicates(["day", "town"])
        when, at = frames.dates(ensemble, fights["day"]), fights["town"].astype(str).map(row)
        if len(fights):
            ax.scatter(when, at, s=1.1, marker="s", color=style.RECORD, linewidth=0, zorder=2)
            label = f"{palette.looks(ensemble.scenario)[focal].label} fights"
            handles.append(Line2D([], [], ls="", marker="s", ms=2.2, color=style.RECORD, label=label))
    if happenings is None:
        return handles
    happenings = happenings[(happenings["day"] <= last) & happenings["town"].isin(list(row))]
    happenings = happenings[happenings["faction"] == focal]
    for what, (marker, size, face, words) in MARKS.items():
        part = happenings[happenings["what"] == what].drop_duplicates(["day", "town"])
        if len(part):
            when, at = frames.dates(ensemble, part["day"]), part["town"].map(row)
            look = {"facecolor": face, "edgecolor": style.INK, "linewidth": 0.4}
            ax.scatter(when, at, s=size, marker=marker, zorder=3, **look)
            look = {"marker": marker, "ms": 4.5, "mfc": face, "mec": style.INK, "mew": 0.4}
            handles.append(Line2D([], [], ls="", label=words, **look))
    return handles
