"""Maps of one run: who holds what."""

import math

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle

from sim._util.tables import say_date
from sim.plots import basemap, frames, layout, palette, style, town_dots


def marker_path(marker):
    """The outline of a marker, scaled to the size ``scatter`` would give it."""
    shape = MarkerStyle(marker)
    return shape.get_path().transformed(shape.get_transform())


def draw_holders(ax, scenario, holders, scale=1.0, labels=20, names=True, size=style.SMALL):
    """One map of who holds each town, by family of factions: colour and shape; returns the dots."""
    basemap.lay(ax, scenario, math.sqrt(scale), names)
    counts = town_dots.people(scenario)
    areas = town_dots.dot_area(counts, scale)
    spots = town_dots.town_places(ax, scenario, areas)
    dots = ax.scatter(*spots.T, s=areas, zorder=3)
    paint_holders(dots, scenario, holders)
    town_dots.label_towns(ax, scenario, spots, areas, counts, labels, size)
    return dots


def paint_holders(dots, scenario, holders):
    """Give dots the colours and shapes of their towns' holders."""
    table = palette.looks(scenario)
    shown = [family_look(table[name]) for name in holders]
    dots.set_paths([marker_path(look.marker) for look in shown])
    dots.set_facecolor([look.colour for look in shown])
    dots.set_edgecolor([_edge(name) for name in holders])
    dots.set_linewidth([0.9 if name == "contested" else 0.45 for name in holders])


def family_look(look):
    """The look of a faction's family; its own where it has no family."""
    return palette.FAMILIES.get(look.family, look)


def _edge(name):
    return {"contested": style.RECORD, "none": style.SOFT}.get(name, style.INK)


def holder_legend(scenario, holders):
    """Handles for the families that hold a town, in the order of the palette."""
    table = palette.looks(scenario)
    found = {}
    for name in holders:
        look = family_look(table[name])
        found.setdefault(look.label, (look, _edge(name)))
    order = [look.label for look in palette.FAMILIES.values()] + [
        palette.CONTESTED.label,
        palette.NOBODY.label,
    ]
    known = [label for label in order if label in found]
    return [
        Line2D([], [], ls="", marker=look.marker, ms=5, mfc=look.colour, mec=edge, mew=0.6, label=label)
        for label in [*known, *sorted(set(found) - set(known))]
        for look, edge in [found[label]]
    ]


@style.styled
def holders_map(ensemble, run=0, when=None, ax=None, *, labels=None, width=style.PAGE, caption=True):
    """Who holds each town on one day of one run.

    Parameters
    ----------
    ensemble : Ensemble
        Results with control.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=1, days=31, detail="full", progress=False)
    >>> plots.holders_map(ensemble, 0, "2014-01-15").get_title(loc="left")
    'Who holds what, 15 January 2014'
    """
    scenario = ensemble.scenario
    day = frames.day_in(ensemble, when)
    holders = run_holders(ensemble, run, [day])[0]
    note = _note(ensemble, run)
    handles = holder_legend(scenario, holders)
    below = 0.06 + layout.legend_height(handles, width) + layout.caption_height(note, width, caption)
    ax, new = layout.map_axes(scenario, ax, width, below)
    scale = layout.scale_of(ax)
    count = round(40 * scale**2) if labels is None else labels
    draw_holders(ax, scenario, holders, scale, count, names=scale > 0.75)
    basemap.scale_bar(ax)
    ax.set_title(f"Who holds what, {say_date(scenario.date(day))}")
    layout.legend_below(ax, handles, new, width, below)
    layout.map_caption(ax, note, new, caption)
    return ax


def _note(ensemble, run):
    """The caption of maps of one run."""
    return (
        f"{frames.run_of(ensemble, run)}. Area: people, at most 100,000 a town. Dots that would hide each "
        f"other are moved apart. {frames.ONE_COURSE}"
    )


@style.styled
def holders_maps(ensemble, run=0, dates=None, *, columns=None, labels=None, width=style.PAGE, caption=True):
    """Small multiples of who holds each town in one run, at month-ends.

    Parameters
    ----------
    ensemble : Ensemble
        Results with control.

    Returns
    -------
    numpy.ndarray
        The Axes of the maps, one a date.

    Raises
    ------
    ValueError
        A run that the results do not hold, or a date outside their horizon.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=1, days=31, detail="full", progress=False)
    >>> [ax.get_title("left") for ax in plots.holders_maps(ensemble, 0, ["2014-01-10", "2014-01-31"])]
    ['10 January 2014', '31 January 2014']
    """
    scenario = ensemble.scenario
    days = [frames.day_in(ensemble, when) for when in dates or frames.month_ends(scenario, ensemble.days)]
    holders = run_holders(ensemble, run, days)
    handles = holder_legend(scenario, sorted({name for day in holders for name in day}))
    note = _note(ensemble, run)
    below = 0.06 + layout.legend_height(handles, width) + layout.caption_height(note, width, caption)
    axes, scale, count = layout.multiples(scenario, days, columns, width, below, labels)
    for ax, held in zip(axes, holders, strict=True):
        draw_holders(ax, scenario, held, scale, count, names=False, size=5)
    basemap.scale_bar(axes[0], 5)
    layout.legend_below(axes[0], handles, True, width, below)
    layout.map_caption(axes[0], note, True, caption)
    return axes


def run_holders(ensemble, run, days):
    """Holders of the towns in one run on given days: list of lists of faction ids."""
    numbers = np.sort(ensemble.runs["run"].to_numpy())
    if run not in numbers:
        raise ValueError(f"run {run} is not in the ensemble, which holds runs {numbers[0]} to {numbers[-1]}")
    states, names = frames.control_at(ensemble, days)
    k = int(np.searchsorted(numbers, run))
    return [[names[code] if code >= 0 else "none" for code in day[k]] for day in states]
