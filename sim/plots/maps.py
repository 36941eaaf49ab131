"""Maps: the chance of control, who holds what, the difference of two ensembles, columns on the road."""

import math

import matplotlib as mpl
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle

from sim.plots import frames, ground, style
from sim.state import WITHDRAW

MARGIN = 0.06  # inches around maps


def map_axes(scenario, ax, width, below=0.62):
    """The given Axes, or those of a new figure shaped for one map with room below it in inches."""
    if ax is not None:
        return ax, False
    high = (width - 2 * MARGIN) * ground.shape_of(scenario)
    figure = style.new_figure(width, high + below + 0.26, layout="none")
    tall = high + below + 0.26
    box = (MARGIN / width, below / tall, 1 - 2 * MARGIN / width, high / tall)
    return figure.add_axes(box), True


def scale_of(ax):
    """How large dots and lines may be: 1 on a full page."""
    return min(1.0, ax.get_position().width * ax.figure.get_size_inches()[0] / style.PAGE + 0.15)


def map_caption(ax, text, new, caption):
    """Write a caption at the foot of a map figure, or remember it on Axes that were given."""
    if not caption:
        return
    text = caption if isinstance(caption, str) else text
    if not new:
        ax.text(0, 0, text, visible=False, gid="caption")
        return
    wide, high = ax.figure.get_size_inches()
    ax.figure.text(
        MARGIN / wide, 0.04 / high, style.wrap(text, wide - 2 * MARGIN), size=style.SMALL, color=style.SOFT,
        va="bottom", gid="caption",
    )  # fmt: skip


def caption_height(text, width, caption=True):
    """Inches that a wrapped caption needs."""
    if not caption:
        return 0.05
    text = caption if isinstance(caption, str) else text
    lines = style.wrap(text, width - 2 * MARGIN).count("\n") + 1
    return lines * style.SMALL * 1.22 / 72 + 0.08


def _chance_words(ensemble, faction, held):
    """The colour bar's words."""
    label = style.looks(ensemble.scenario)[faction].label
    verb = {"holder": "holds", "sole": "alone holds", "any": "is present in"}[held]
    return f"Share of {frames.run_count(ensemble):,} runs in which {label} {verb} the town"


def draw_chances(
    ax, scenario, chances, weights, scale=1.0, labels=12, names=False, size=style.SMALL, ringed=None
):
    """One map of numbers between 0 and 1 on given Axes, the weightiest towns named; returns the dots."""
    ground.lay(ax, scenario, math.sqrt(scale), names)
    areas = ground.dot_area(ground.people(scenario), scale)
    spots = ground.town_places(ax, scenario, areas)
    dots = ax.scatter(
        *spots.T, s=areas, c=chances, cmap=style.CHANCE, norm=style.CHANCE_NORM, edgecolor=style.INK,
        linewidth=0.35, zorder=3,
    )  # fmt: skip
    if ringed is not None:
        width = 1.4 * math.sqrt(scale)
        ax.scatter(
            *spots[ringed].T, s=(np.sqrt(areas[ringed]) + 1.6 * width) ** 2, facecolor="none",
            edgecolor=RING, linewidth=width, zorder=2.9,
        )  # fmt: skip
        areas = np.where(ringed, (np.sqrt(areas) + 2.2 * width) ** 2, areas)
    ground.label_towns(ax, scenario, spots, areas, weights, labels, size)
    return dots


RING = "#1b6fc2"  # what history left, on a map whose dots are warm


def rings(record, day):
    """Which towns the record says were held on a day; None where it says nothing."""
    if record is None or not 0 <= day < record.shape[1]:
        return None
    return np.asarray(record)[:, day].astype(bool)


def weights_of(scenario, chances):
    """Which towns to name first: large ones, and those that are sometimes held."""
    return np.sqrt(np.minimum(ground.people(scenario), ground.PEOPLE_CAP)) * (0.3 + chances)


def _bar(figure, box, dots, words):
    """A horizontal colour bar of shares in a box of figure fractions."""
    bar = figure.colorbar(dots, cax=figure.add_axes(box), orientation="horizontal", spacing="uniform")
    bar.set_ticks(style.CHANCE_EDGES, labels=style.CHANCE_WORDS)
    bar.ax.tick_params(labelsize=style.SMALL, length=2, width=0.5, pad=1.5)
    bar.outline.set_linewidth(0.4)
    bar.ax.set_title(words, size=style.SMALL, weight="normal", pad=2.5)
    return bar


@style.styled
def chance_map(
    ensemble, when=None, ax=None, faction=None, held="holder", *, record=None, labels=None, width=style.PAGE,
    caption=True,
):  # fmt: skip
    """The chance that each town is in a faction's hands on one day.

    Parameters
    ----------
    ensemble : Ensemble
        Results with control.
    when : int, datetime.date or str, optional
        Day or date; by default the last day.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure, with colour bar and scale.
    faction : str, optional
        Whose hands; by default the focal faction's.
    held : {"holder", "sole", "any"}, default "holder"
        Meaning of held.
    record : ndarray of bool, optional
        Towns by days: what history left, as `sim.record.held_by` gives it. Ringed.
    labels : int, optional
        At most so many towns are named; by default as the width allows.
    width : float, default 7.0
        Width of a new figure in inches.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The map.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="full", progress=False)
    >>> plots.chance_map(ensemble, "2014-01-31").get_title(loc="left")
    '31 January 2014'
    """
    scenario = ensemble.scenario
    faction = faction or scenario.focal
    day = frames.as_day(scenario, ensemble.days if when is None else when)
    chances = frames.held_at(ensemble, [day], faction, held)[0].mean(axis=0)
    note = _map_note(ensemble, record)
    below = 0.4 + caption_height(note, width, caption)
    ax, new = map_axes(scenario, ax, width, below)
    scale = scale_of(ax)
    count = round(40 * scale**2) if labels is None else labels
    weights, ringed = weights_of(scenario, chances), rings(record, day)
    dots = draw_chances(ax, scenario, chances, weights, scale, count, scale > 0.75, ringed=ringed)
    ground.scale_bar(ax)
    ax.set_title(frames.say_date(scenario.date(day)))
    if new:
        _foot(ax.figure, dots, _chance_words(ensemble, faction, held), below, scale)
    map_caption(ax, note, new, caption)
    return ax


def _map_note(ensemble, record):
    """The caption of a map of chances."""
    told = ""
    if record is not None:
        last = frames.say_date(ensemble.scenario.date(np.shape(record)[1] - 1))
        told = f"Blue rings: held by the record, which ends on {last}. "
    return (
        f"{frames.provenance(ensemble)} {told}Dots that would hide each other are moved apart. "
        f"{frames.luck_note(ensemble)}"
    )


def _foot(figure, dots, words, below, scale):
    """Colour bar and sizes of dots in the strip between maps and caption."""
    wide, high = figure.get_size_inches()
    bar = min(2.9, wide - 2 * MARGIN - 0.2)
    _bar(figure, ((MARGIN + 0.1) / wide, (below - 0.23) / high, bar / wide, 0.075 / high), dots, words)
    if wide > 5.5:
        ground.size_legend(figure, wide - 3.1, below - 0.2, scale)


@style.styled
def chance_maps(
    ensemble, dates=None, faction=None, held="holder", *, record=None, columns=None, labels=None,
    width=style.PAGE, caption=True,
):  # fmt: skip
    """Small multiples of the chance that each town is in a faction's hands, at month-ends.

    Parameters
    ----------
    ensemble : Ensemble
        Results with control.
    dates : sequence of int, datetime.date or str, optional
        Days or dates; by default the ends of the months within the horizon.
    faction : str, optional
        Whose hands; by default the focal faction's.
    held : {"holder", "sole", "any"}, default "holder"
        Meaning of held.
    record : ndarray of bool, optional
        Towns by days: what history left, as `sim.record.held_by` gives it. Ringed.
    columns : int, optional
        Maps side by side; by default as many as stay readable.
    labels : int, optional
        At most so many towns are named on each map.
    width : float, default 7.0
        Width of the figure in inches.
    caption : bool or str, default True
        False for no caption, a string for another one.

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
    days = [frames.as_day(scenario, when) for when in dates or frames.month_ends(scenario, ensemble.days)]
    chances = frames.held_at(ensemble, days, faction, held).mean(axis=1)
    columns = min(len(days), columns or max(1, round(width / 2.3)))
    note = _map_note(ensemble, record)
    below = 0.42 + caption_height(note, width, caption)
    axes = _grid(scenario, len(days), columns, width, below)
    scale = 0.42 * (width / columns / 2.33)
    count = round(9 * (width / columns / 2.33) ** 2) if labels is None else labels
    weights = weights_of(scenario, chances.mean(axis=0))
    for ax, day, chance in zip(axes, days, chances, strict=True):
        ringed = rings(record, day)
        dots = draw_chances(ax, scenario, chance, weights, scale, count, size=5, ringed=ringed)
        ax.set_title(frames.say_date(scenario.date(day)), size=style.TEXT, pad=2.5)
    ground.scale_bar(axes[0], 5)
    _foot(axes[0].figure, dots, _chance_words(ensemble, faction, held), below, scale)
    map_caption(axes[0], note, True, caption)
    return axes


def _grid(scenario, count, columns, width, below, title=0.2, gap=0.06):
    """Axes of ``count`` maps in a grid on a new figure, with room below in inches."""
    rows = math.ceil(count / columns)
    wide = (width - 2 * MARGIN - (columns - 1) * gap) / columns
    high = wide * ground.shape_of(scenario)
    tall = below + rows * (high + title) + 0.02
    figure = style.new_figure(width, tall, layout="none")
    axes = []
    for k in range(count):
        left = MARGIN + (k % columns) * (wide + gap)
        low = below + (rows - 1 - k // columns) * (high + title)
        axes.append(figure.add_axes((left / width, low / tall, wide / width, high / tall)))
    return np.array(axes)


def marker_path(marker):
    """The outline of a marker, scaled to the size ``scatter`` would give it."""
    shape = MarkerStyle(marker)
    return shape.get_path().transformed(shape.get_transform())


def draw_holders(ax, scenario, holders, scale=1.0, labels=20, names=True, avoid=()):
    """One map of who holds each town, by family of factions: colour and shape; returns the dots."""
    ground.lay(ax, scenario, math.sqrt(scale), names)
    counts = ground.people(scenario)
    areas = ground.dot_area(counts, scale)
    spots = ground.town_places(ax, scenario, areas)
    dots = ax.scatter(*spots.T, s=areas, zorder=3)
    paint_holders(dots, scenario, holders)
    ground.label_towns(ax, scenario, spots, areas, counts, labels, avoid=avoid)
    return dots


def paint_holders(dots, scenario, holders):
    """Give dots the colours and shapes of their towns' holders."""
    table = style.looks(scenario)
    shown = [family_look(table[name]) for name in holders]
    dots.set_paths([marker_path(look.marker) for look in shown])
    dots.set_facecolor([look.colour for look in shown])
    dots.set_edgecolor([_edge(name) for name in holders])
    dots.set_linewidth([0.9 if name == "contested" else 0.45 for name in holders])


def family_look(look):
    """The look of a faction's family; its own where it has no family."""
    return style.FAMILIES.get(look.family, look)


def _edge(name):
    return {"contested": style.RECORD, "none": style.SOFT}.get(name, style.INK)


def holder_legend(scenario, holders):
    """Handles for the families that hold a town, in the order of the palette."""
    table = style.looks(scenario)
    found = {}
    for name in holders:
        look = family_look(table[name])
        found.setdefault(look.label, (look, _edge(name)))
    order = [look.label for look in style.FAMILIES.values()] + [style.CONTESTED.label, style.NOBODY.label]
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
    run : int, default 0
        Number of the run.
    when : int, datetime.date or str, optional
        Day or date; by default the last day.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    labels : int, optional
        At most so many towns are named; by default as the width allows.
    width : float, default 7.0
        Width of a new figure in inches.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The map.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=1, days=31, detail="full", progress=False)
    >>> plots.holders_map(ensemble, 0, "2014-01-15").get_title(loc="left")
    'Who holds what, 15 January 2014'
    """
    scenario = ensemble.scenario
    day = frames.as_day(scenario, ensemble.days if when is None else when)
    holders = run_holders(ensemble, run, [day])[0]
    note = (
        f"Run {run} of {scenario.name} (seed {ensemble.seed}). Area: people, at most 100,000 a town. "
        "Dots that would hide each other are moved apart. One possible course among many: not a forecast."
    )
    handles = holder_legend(scenario, holders)
    below = 0.06 + legend_height(handles, width) + caption_height(note, width, caption)
    ax, new = map_axes(scenario, ax, width, below)
    scale = scale_of(ax)
    count = round(40 * scale**2) if labels is None else labels
    draw_holders(ax, scenario, holders, scale, count, names=scale > 0.75)
    ground.scale_bar(ax)
    ax.set_title(f"Who holds what, {frames.say_date(scenario.date(day))}")
    _legend(ax, handles, new, width, below)
    map_caption(ax, note, new, caption)
    return ax


def legend_columns(width):
    """Entries of a legend that fit side by side."""
    return max(2, int(width / 1.15))


def legend_height(handles, width):
    """Inches that a legend needs."""
    return 0.15 * math.ceil(len(handles) / legend_columns(width))


def _legend(ax, handles, new, width, below):
    """The legend: in the strip below a new map, inside given Axes."""
    if not new:
        ax.legend(handles=handles, loc="lower right", handletextpad=0.1)
        return
    tall = ax.figure.get_size_inches()[1]
    ax.figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0, (below - 0.02) / tall), borderaxespad=0,
        ncols=legend_columns(width), handletextpad=0.1, columnspacing=1.0, borderpad=0.3,
    )  # fmt: skip


def run_holders(ensemble, run, days):
    """Holders of the towns in one run on given days: list of lists of faction ids."""
    numbers = np.sort(ensemble.runs["run"].to_numpy())
    if run not in numbers:
        raise ValueError(f"run {run} is not in the ensemble, which holds runs {numbers[0]} to {numbers[-1]}")
    states, names = frames.control_at(ensemble, days)
    k = int(np.searchsorted(numbers, run))
    return [[names[code] if code >= 0 else "none" for code in day[k]] for day in states]


@style.styled
def difference_map(
    one, other, when=None, ax=None, faction=None, held="holder", *, names=None, labels=None,
    width=style.PAGE, caption=True,
):  # fmt: skip
    """How much likelier one ensemble makes it than another that a faction holds each town.

    Triangles point up where ``one`` is likelier and down where it is less likely; they are filled where
    the 95 % interval of the difference leaves out zero. Runs of the same seed are compared in pairs.

    Parameters
    ----------
    one, other : Ensemble
        Results with control, on the same towns.
    when : int, datetime.date or str, optional
        Day or date; by default the last day that both have.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    faction : str, optional
        Whose hands; by default the focal faction's.
    held : {"holder", "sole", "any"}, default "holder"
        Meaning of held.
    names : tuple of str, optional
        What the two are called; by default as their scenarios.
    labels : int, optional
        At most so many towns are named; by default as the width allows.
    width : float, default 7.0
        Width of a new figure in inches.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The map.

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
    day = frames.as_day(scenario, min(one.days, other.days) if when is None else when)
    change, half, paired = difference(one, other, day, faction, held)
    label = style.looks(scenario)[faction].label
    here, there = names or (one.scenario.name, scenario.name)
    note = (
        f"{here} less {there}: {frames.run_count(one):,} and "
        f"{frames.run_count(other):,} runs{', paired by seed' if paired else ''}. Up: likelier; down: less "
        "likely; filled: the 95 % interval leaves out zero (each town by itself); small dots: no difference. "
        f"{frames.luck_note(other)}"
    )
    below = 0.4 + caption_height(note, width, caption)
    ax, new = map_axes(scenario, ax, width, below)
    scale = scale_of(ax)
    dots = _draw_change(ax, scenario, change, half, scale, labels)
    ground.scale_bar(ax)
    ax.set_title(f"{here} against {there}, {frames.say_date(scenario.date(day))}")
    if new:
        words = f"Change of the chance that {label} holds it, percentage points"
        _change_bar(ax.figure, dots, words, below)
    map_caption(ax, note, new, caption)
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
    ground.lay(ax, scenario, math.sqrt(scale), names=scale > 0.75)
    areas = ground.dot_area(ground.people(scenario), scale)
    spots = ground.town_places(ax, scenario, areas)
    sure = np.abs(change) > half
    none = change == 0
    limits = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
    most = next(limit for limit in limits if np.abs(change).max() <= limit)
    norm = mpl.colors.Normalize(-most, most)
    colours = style.CHANGE(norm(change))
    for shape, chosen in (("^", change > 0), ("v", change < 0)):
        for filled in (True, False):
            k = chosen & (sure == filled)
            ax.scatter(
                *spots[k].T, s=1.3 * areas[k], marker=shape, zorder=3, linewidth=0.4 if filled else 0.8,
                facecolor=colours[k] if filled else "none", edgecolor=style.INK if filled else style.SOFT,
            )  # fmt: skip
    ax.scatter(*spots[none].T, s=4, color=style.SOFT, linewidth=0, zorder=3)
    weights = np.abs(change) + 1e-9 * ground.people(scenario)
    count = round(22 * scale**2) if labels is None else labels
    ground.label_towns(ax, scenario, spots, areas * 1.3, weights, count)
    return mpl.cm.ScalarMappable(norm, style.CHANGE)


def _change_bar(figure, mappable, words, below):
    wide, high = figure.get_size_inches()
    box = ((MARGIN + 0.1) / wide, (below - 0.23) / high, min(2.9, wide - 0.4) / wide, 0.075 / high)
    bar = figure.colorbar(mappable, cax=figure.add_axes(box), orientation="horizontal")
    most = mappable.norm.vmax
    ticks = [-most, -most / 2, 0, most / 2, most]
    bar.set_ticks(ticks, labels=[style.signed(100 * tick, "+.3g") if tick else "0" for tick in ticks])
    bar.ax.tick_params(labelsize=style.SMALL, length=2, width=0.5, pad=1.5)
    bar.outline.set_linewidth(0.4)
    bar.ax.set_title(words, size=style.SMALL, weight="normal", pad=2.5)


@style.styled
def columns_map(model, ax=None, *, least=20, labels=None, width=style.PAGE, caption=True):
    """Who holds what in a stepped world tonight, and the columns on its roads.

    Parameters
    ----------
    model : RebelConflict
        Its state is read.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    least : int, default 20
        Columns of fewer men are not drawn.
    labels : int, optional
        At most so many towns are named; by default as the width allows.
    width : float, default 7.0
        Width of a new figure in inches.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The map.

    Examples
    --------
    >>> from sim import RebelConflict, plots
    >>> model = RebelConflict(seed=1)
    >>> model.step()
    >>> plots.columns_map(model).get_title(loc="left")
    'Columns on the road, 3 January 2014'
    """
    scenario = model.story
    holders = holders_tonight(model)
    note = (
        f"One world of {scenario.name}, evening of day {model.day}. Arrows: columns of at least {least} men, "
        "with their men, pointing the way they march; white arrows withdraw. Dots that would hide each other "
        "are moved apart. One possible course among many: not a forecast."
    )
    handles = holder_legend(scenario, holders)
    below = 0.06 + legend_height(handles, width) + caption_height(note, width, caption)
    ax, new = map_axes(scenario, ax, width, below)
    scale = scale_of(ax)
    count = round(40 * scale**2) if labels is None else labels
    groups = marching(model, least)
    avoid = [between(scenario, *group[2:5]) for group in groups]
    dots = draw_holders(ax, scenario, holders, scale, count, scale > 0.75, avoid)
    dots.set_alpha(0.55)
    draw_columns(ax, scenario, groups)
    ground.scale_bar(ax)
    ax.set_title(f"Columns on the road, {frames.say_date(scenario.date(model.day))}")
    _legend(ax, handles, new, width, below)
    map_caption(ax, note, new, caption)
    return ax


def holders_tonight(model):
    """Holder of each town of a stepped world: faction id, contested or none."""
    towns = model.state.towns
    return [
        "contested" if contested else model.faction_ids[holder] if holder >= 0 else "none"
        for holder, contested in zip(towns["holder"], towns["contested"], strict=True)
    ]


def marching(model, least=1):
    """Columns of a stepped world that march on one road in one direction, together.

    Parameters
    ----------
    model : RebelConflict
        Its state is read.
    least : int, default 1
        Columns of fewer men, together, are left out.

    Returns
    -------
    list of tuple
        Faction, whether it withdraws, row of the town behind, row of the town ahead, part of the road
        gone, men.
    """
    columns, found = model.state.columns, {}
    for c in columns[columns["local"] + columns["mobile"] > 0]:
        behind, ahead = int(c["at"]), int(c["next"])
        if ahead < 0 or ahead == behind:
            continue
        km = float(model.land.km[behind, ahead])
        men = int(c["local"] + c["mobile"])
        key = (model.faction_ids[int(c["faction"])], bool(c["purpose"] == WITHDRAW), behind, ahead)
        gone = min(max(1 - float(c["ahead"]) / km, 0.0), 1.0) if km > 0 else 0.5
        total, weighed = found.get(key, (0, 0.0))
        found[key] = (total + men, weighed + men * gone)
    return [(*key, weighed / men, men) for key, (men, weighed) in sorted(found.items()) if men >= least]


def between(scenario, behind, ahead, gone):
    """Longitude and latitude of a place that far along the straight line from one town to another."""
    at = ground.places(scenario)
    return at[behind] + gone * (at[ahead] - at[behind])


def draw_columns(ax, scenario, groups):
    """Arrows along the roads where columns march, and their men where there is room for the number."""
    table, at = style.looks(scenario), ground.places(scenario)
    per_degree = ground.points_per_degree(ax)
    written = []
    for name, leaves, behind, ahead, gone, men in sorted(groups, key=lambda group: -group[-1]):
        way = (at[ahead] - at[behind]) * per_degree
        way = way / max(np.hypot(*way), 1e-9)
        half = (4 + 1.1 * math.sqrt(men / 10)) / 2
        spot = between(scenario, behind, ahead, gone) * per_degree
        colour = table[name].colour
        ax.annotate(
            "", (spot + half * way) / per_degree, (spot - half * way) / per_degree, zorder=4,
            arrowprops={
                "arrowstyle": "simple,head_width=0.55,head_length=0.5,tail_width=0.25", "mutation_scale": 12,
                "fc": style.PAPER if leaves else colour, "ec": colour, "lw": 0.8, "shrinkA": 0, "shrinkB": 0,
            },
        )  # fmt: skip
        place = _beside(spot, np.array([-way[1], way[0]]), written)
        if place is not None:
            written.append(place)
            ax.text(
                *(place / per_degree), f"{men:,}", size=style.SMALL - 0.5, color=style.readable(colour),
                ha="center", va="center", zorder=6, path_effects=style.halo(1.2), clip_on=True,
            )  # fmt: skip


def _beside(spot, across, written):
    """Where to write a number beside an arrow, clear of other numbers, or None."""
    for far in (8, -8, 14, -14):
        place = spot + far * across
        if all(abs(place[0] - x) > 13 or abs(place[1] - y) > 7 for x, y in written):
            return place
    return None
