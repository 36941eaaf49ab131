"""Map of how two ensembles differ."""

import math

import matplotlib as mpl
import numpy as np

from sim._util.tables import say_date
from sim.plots import basemap, frames, layout, palette, style, town_dots


@style.styled
def difference_map(
    one,
    other,
    when=None,
    ax=None,
    faction=None,
    held="holder",
    *,
    names=None,
    labels=None,
    width=style.PAGE,
    caption=True,
):
    """How much likelier one ensemble makes it than another that a faction holds each town.

    Triangles point up where ``one`` is likelier and down where it is less likely; they are filled where
    the 95 % interval of the difference leaves out zero. Runs of the same seed are compared in pairs.

    Parameters
    ----------
    one, other : Ensemble
        Results with control, on the same towns.
    when : int, datetime.date or str, optional
        Day or date; by default the last day that both have.
    names : tuple of str, optional
        What the two are called; by default as their scenarios.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> one = run_ensemble("no_trigger", runs=20, days=31, detail="full", progress=False)
    >>> other = run_ensemble("january_2014", runs=20, days=31, detail="full", progress=False)
    >>> plots.difference_map(one, other).get_title(loc="left")
    'no_trigger against january_2014, 2 February 2014'
    """
    scenario = other.scenario
    faction = faction or scenario.focal
    day = frames.day_in(min(one, other, key=lambda each: each.days), when)
    change, half, paired = difference(one, other, day, faction, held)
    label = palette.looks(scenario)[faction].label
    here, there = names or (one.scenario.name, scenario.name)
    pairs = ", paired run by run" if paired else ""
    seeds = " and ".join(str(seed) for seed in dict.fromkeys((one.seed, other.seed)))
    note = (
        f"{here} less {there}: {len(one.runs):,} and "
        f"{len(other.runs):,} runs (seed {seeds}){pairs}. Up: likelier; down: less "
        "likely; filled: the 95 % interval leaves out zero (each town by itself); small dots: no difference. "
        f"{frames.chance_note(other, one)}"
    )
    below = 0.4 + layout.caption_height(note, width, caption)
    ax, new = layout.map_axes(scenario, ax, width, below)
    scale = layout.scale_of(ax)
    dots = _draw_change(ax, scenario, change, half, scale, labels)
    basemap.scale_bar(ax)
    ax.set_title(f"{here} against {there}, {say_date(scenario.date(day))}")
    if new:
        most, words = dots.norm.vmax, f"Change of the chance that {label} holds it, percentage points"
        ticks = [-most, -most / 2, 0, most / 2, most]
        points = [style.signed(100 * tick, "+.3g") if tick else "0" for tick in ticks]
        layout.colour_bar(ax.figure, dots, words, below, ticks, points)
    layout.map_caption(ax, note, new, caption)
    return ax


def difference(one, other, day, faction=None, held="holder"):
    """Difference of the chances per town, half its 95 % interval, and whether runs were paired."""
    if tuple(one.scenario.town_ids) != tuple(other.scenario.town_ids):
        raise ValueError("the two ensembles have different towns")
    a = frames.held_at(one, [day], faction, held)[0].astype(float)
    b = frames.held_at(other, [day], faction, held)[0].astype(float)
    paired = one.seed == other.seed and a.shape == b.shape
    if paired:
        n = len(a)
        spread = (a - b).std(axis=0, ddof=1) / math.sqrt(n) if n > 1 else np.full(a.shape[1], np.inf)
    else:
        p, q = a.mean(axis=0), b.mean(axis=0)
        spread = np.sqrt(p * (1 - p) / len(a) + q * (1 - q) / len(b))
    return a.mean(axis=0) - b.mean(axis=0), 1.96 * spread, paired


def _draw_change(ax, scenario, change, half, scale, labels):
    """Triangles for a change per town; returns something to make a colour bar of."""
    basemap.lay(ax, scenario, math.sqrt(scale), names=scale > 0.75)
    areas = town_dots.dot_area(town_dots.people(scenario), scale)
    spots = town_dots.town_places(ax, scenario, areas)
    sure = np.abs(change) > half
    none = change == 0
    limits = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
    most = next(limit for limit in limits if np.abs(change).max() <= limit)
    norm = mpl.colors.Normalize(-most, most)
    colours = palette.CHANGE(norm(change))
    for shape, chosen in (("^", change > 0), ("v", change < 0)):
        for filled in (True, False):
            k = chosen & (sure == filled)
            look = {"facecolor": "none", "edgecolor": style.SOFT, "linewidth": 0.8}
            if filled:
                look = {"facecolor": colours[k], "edgecolor": style.INK, "linewidth": 0.4}
            ax.scatter(*spots[k].T, s=1.3 * areas[k], marker=shape, zorder=3, **look)
    ax.scatter(*spots[none].T, s=4, color=style.SOFT, linewidth=0, zorder=3)
    weights = np.abs(change) + 1e-9 * town_dots.people(scenario)
    count = round(22 * scale**2) if labels is None else labels
    town_dots.label_towns(ax, scenario, spots, areas * 1.3, weights, count)
    return mpl.cm.ScalarMappable(norm, palette.CHANGE)
