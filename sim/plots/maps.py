"""Maps of chances: how often each town is in somebody's hands, on one day or on several."""

import math

import numpy as np

from sim._util.tables import say_date
from sim.plots import basemap, frames, layout, palette, style, town_dots


def _chance_words(ensemble, faction, held):
    """The colour bar's words."""
    label = palette.looks(ensemble.scenario)[faction].label
    verb = {"holder": "holds", "sole": "alone holds", "any": "is present in"}[held]
    return f"Share of {len(ensemble.runs):,} runs in which {label} {verb} the town"


def draw_chances(
    ax, scenario, chances, weights, scale=1.0, labels=12, *, names=False, size=style.SMALL, marks=(None, None)
):
    """One map of chances, the weightiest towns named, ``marks`` ringed and crossed; returns the dots."""
    basemap.lay(ax, scenario, math.sqrt(scale), names)
    areas = town_dots.dot_area(town_dots.people(scenario), scale)
    spots = town_dots.town_places(ax, scenario, areas)
    (ringed, fought), edge = marks, {"edgecolor": style.INK, "linewidth": 0.35}
    dots = ax.scatter(*spots.T, s=areas, c=chances, zorder=3, **palette.CHANCES, **edge)
    if ringed is not None:
        width = 1.4 * math.sqrt(scale)
        edge, around = {"facecolor": "none", "edgecolor": RING, "linewidth": width}, np.sqrt(areas[ringed])
        ax.scatter(*spots[ringed].T, s=(around + 1.6 * width) ** 2, zorder=2.9, **edge)
        areas = np.where(ringed, (np.sqrt(areas) + 2.2 * width) ** 2, areas)
    if fought is not None and fought.any():
        bright = {"color": style.RECORD, "path_effects": style.halo(2.2 * math.sqrt(scale))}
        size_of, thick = 0.3 * areas[fought] + 5, 1.1 * math.sqrt(scale)
        ax.scatter(*spots[fought].T, s=size_of, marker="x", linewidth=thick, zorder=3.1, **bright)
    town_dots.label_towns(ax, scenario, spots, areas, weights, labels, size)
    return dots


def contested_at(ensemble, days):
    """Towns that nobody holds alone in many runs on given days: booleans of shape (days, towns)."""
    states, names = frames.control_at(ensemble, days)
    code = names.index("contested") if "contested" in names else -2
    return (states == code).mean(axis=1) >= MANY


MANY = 0.25  # share of runs from which a town is marked as contested
RING = "#1b6fc2"  # what history left, on a map whose dots are warm


def rings(record, day):
    """Which towns the record says were held on a day; None where it says nothing."""
    if record is None or not 0 <= day < record.shape[1]:
        return None
    return np.asarray(record)[:, day].astype(bool)


def weights_of(scenario, chances):
    """Which towns to name first: large ones, and those that are sometimes held."""
    return np.sqrt(np.minimum(town_dots.people(scenario), town_dots.PEOPLE_CAP)) * (0.3 + chances)


@style.styled
def chance_map(
    ensemble,
    when=None,
    ax=None,
    faction=None,
    held="holder",
    *,
    record=None,
    labels=None,
    width=style.PAGE,
    caption=True,
):
    """The chance that each town is in a faction's hands on one day.

    Parameters
    ----------
    ensemble : Ensemble
        Results with control.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure, with colour bar and scale.
    record : ndarray of bool, optional
        Towns by days: what history left, as `sim.record.Record.held_by` gives it. Ringed.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="full", progress=False)
    >>> plots.chance_map(ensemble, "2014-01-31").get_title(loc="left")
    '31 January 2014'
    """
    scenario = ensemble.scenario
    faction = faction or scenario.focal
    day = frames.day_in(ensemble, when)
    chances = frames.held_at(ensemble, [day], faction, held)[0].mean(axis=0)
    fought = contested_at(ensemble, [day])[0]
    note = _map_note(ensemble, record, fought)
    below = 0.4 + layout.caption_height(note, width, caption)
    ax, new = layout.map_axes(scenario, ax, width, below)
    scale = layout.scale_of(ax)
    count = round(40 * scale**2) if labels is None else labels
    weights, marks = weights_of(scenario, chances), (rings(record, day), fought)
    dots = draw_chances(ax, scenario, chances, weights, scale, count, names=scale > 0.75, marks=marks)
    basemap.scale_bar(ax)
    ax.set_title(say_date(scenario.date(day)))
    if new:
        _foot(ax.figure, dots, _chance_words(ensemble, faction, held), below, scale)
    layout.map_caption(ax, note, new, caption)
    return ax


def _map_note(ensemble, record, contested):
    """The caption of a map of chances."""
    marks = f"Crosses: contested in {100 * MANY:.0f} % of runs or more. " if contested.any() else ""
    if record is not None:
        last = say_date(ensemble.scenario.date(np.shape(record)[1] - 1))
        marks += f"Blue rings: held by the record, which ends on {last}. "
    return (
        f"{frames.provenance(ensemble)} {marks}Dots that would hide each other are moved apart. "
        f"{frames.chance_note(ensemble)}"
    )


def _foot(figure, dots, words, below, scale):
    """Colour bar and sizes of dots in the strip between maps and caption."""
    layout.colour_bar(figure, dots, words, below, palette.CHANCE_EDGES, palette.CHANCE_WORDS)
    wide = figure.get_size_inches()[0]
    if wide > 5.5:
        town_dots.size_legend(figure, wide - 3.1, below - 0.2, scale)


@style.styled
def chance_maps(
    ensemble,
    dates=None,
    faction=None,
    held="holder",
    *,
    record=None,
    columns=None,
    labels=None,
    width=style.PAGE,
    caption=True,
):
    """Small multiples of the chance that each town is in a faction's hands, at month-ends.

    Parameters
    ----------
    ensemble : Ensemble
        Results with control.
    record : ndarray of bool, optional
        Towns by days: what history left, as `sim.record.Record.held_by` gives it. Ringed.

    Returns
    -------
    numpy.ndarray
        The Axes of the maps, one a date.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="full", progress=False)
    >>> len(plots.chance_maps(ensemble, ["2014-01-10", "2014-01-31"]))
    2
    """
    scenario = ensemble.scenario
    faction = faction or scenario.focal
    days = [frames.day_in(ensemble, when) for when in dates or frames.month_ends(scenario, ensemble.days)]
    chances = frames.held_at(ensemble, days, faction, held).mean(axis=1)
    contested = contested_at(ensemble, days)
    note = _map_note(ensemble, record, contested)
    below = 0.42 + layout.caption_height(note, width, caption)
    axes, scale, count = layout.multiples(scenario, days, columns, width, below, labels)
    weights = weights_of(scenario, chances.mean(axis=0))
    for ax, day, chance, fought in zip(axes, days, chances, contested, strict=True):
        marks = (rings(record, day), fought)
        dots = draw_chances(ax, scenario, chance, weights, scale, count, size=5, marks=marks)
    basemap.scale_bar(axes[0], 5)
    _foot(axes[0].figure, dots, _chance_words(ensemble, faction, held), below, scale)
    layout.map_caption(axes[0], note, True, caption)
    return axes
