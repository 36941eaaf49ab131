"""Map of a stepped world: the columns on its roads."""

import math

import numpy as np

from sim._util import validation
from sim._util.tables import say_date
from sim.core.state import WITHDRAW
from sim.plots import basemap, frames, holder_maps, layout, palette, style, town_dots

NUMBER = style.SMALL - 0.5  # points of the men beside an arrow
SHAPE = "simple,head_width=0.55,head_length=0.5,tail_width=0.25"
ARROW = {"arrowstyle": SHAPE, "mutation_scale": 12, "lw": 0.8, "shrinkA": 0, "shrinkB": 0}


@style.styled
def columns_map(results, run=0, when=None, ax=None, *, least=20, labels=None, width=style.PAGE, caption=True):
    """Who holds what in one run or stepped world, and the columns on its roads.

    Parameters
    ----------
    results : Ensemble or RebelConflict
        Results, of which one run is repeated to that day; or a stepped world as it is tonight.
    run : int, default 0
        Number of the run of an ensemble.
    when : int, datetime.date or str, optional
        Day or date in the run of an ensemble; by default the last day.
    least : int, default 20
        Columns of fewer men are not drawn.

    Examples
    --------
    >>> from sim import RebelConflict, plots
    >>> model = RebelConflict(seed=1)
    >>> model.step()
    >>> plots.columns_map(model).get_title(loc="left")
    'Columns on the road, 3 January 2014'
    """
    model, who = _world(results, run, when)
    scenario = model.scenario
    held = holders_tonight(model)
    note = (
        f"{who}, evening of day {model.day}. Arrows: columns of at least {least} men, with their men, "
        "pointing the way they march; white arrows withdraw. Dots that would hide each other are moved "
        "apart. One possible course among many: not a forecast."
    )
    handles = holder_maps.holder_legend(scenario, held)
    below = 0.06 + layout.legend_height(handles, width) + layout.caption_height(note, width, caption)
    ax, new = layout.map_axes(scenario, ax, width, below)
    scale = layout.scale_of(ax)
    dots = holder_maps.draw_holders(ax, scenario, held, scale, 0, scale > 0.75)
    dots.set_alpha(0.55)
    spots, areas = np.asarray(dots.get_offsets()), dots.get_sizes()
    taken = draw_columns(ax, scenario, marching(model, least), spots, areas)
    count = round(40 * scale**2) if labels is None else labels
    town_dots.label_towns(ax, scenario, spots, areas, town_dots.people(scenario), count, taken=taken)
    basemap.scale_bar(ax)
    ax.set_title(f"Columns on the road, {say_date(scenario.date(model.day))}")
    layout.legend_below(ax, handles, new, width, below)
    layout.map_caption(ax, note, new, caption)
    return ax


def _world(results, run, when):
    """A stepped world, and what a caption calls it."""
    if hasattr(results, "state"):
        if when is not None:
            raise ValueError("a stepped world is shown as it is tonight: when= is for an ensemble")
        seed = getattr(results, "seed", None)
        return results, f"One world of {results.scenario.name}{'' if seed is None else f' (seed {seed})'}"
    day = frames.day_in(validation.ensemble("results", results), when)
    return results.replay(run, day), frames.run_of(results, run)


def holders_tonight(model):
    """Holder of each town of a stepped world: faction id, contested or none."""
    towns = model.state.towns
    return [
        "contested" if contested else model.faction_ids[holder] if holder >= 0 else "none"
        for holder, contested in zip(towns["holder"], towns["contested"], strict=True)
    ]


def marching(model, least=1):
    """Columns that march one road one way together.

    Faction, whether it withdraws, row of the town behind, of the town ahead, part of the road gone, men.
    """
    columns, found = model.state.columns, {}
    for c in columns[columns["local"] + columns["mobile"] > 0]:
        behind, ahead = int(c["at"]), int(c["next"])
        if ahead < 0 or ahead == behind:
            continue
        km = float(model.static.km[behind, ahead])
        men = int(c["local"] + c["mobile"])
        key = (model.faction_ids[int(c["faction"])], bool(c["purpose"] == WITHDRAW), behind, ahead)
        gone = min(max(1 - float(c["ahead"]) / km, 0.0), 1.0) if km > 0 else 0.5
        total, weighed = found.get(key, (0, 0.0))
        found[key] = (total + men, weighed + men * gone)
    return [(*key, weighed / men, men) for key, (men, weighed) in sorted(found.items()) if men >= least]


def drawn_ways(scenario):
    """A function of the rows of two towns: the road drawn from one to the other, or a straight line."""
    row = {town: k for k, town in enumerate(scenario.town_ids)}
    roads, at, drawn = scenario.roads, basemap.places(scenario), {}
    for a, b, line in zip(roads["a"], roads["b"], basemap.road_lines(scenario)[0], strict=True):
        drawn[row[a], row[b]], drawn[row[b], row[a]] = line, line[::-1]
    return lambda behind, ahead: drawn.get((behind, ahead), at[[behind, ahead]])


def on_the_way(line, gone):
    """Place that far along a line, and the direction there."""
    steps = np.diff(line, axis=0)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*steps.T))])
    place = gone * along[-1]
    k = min(int(np.searchsorted(along, place, side="right")) - 1, len(steps) - 1)
    part = (place - along[k]) / max(along[k + 1] - along[k], 1e-12)
    return line[k] + part * steps[k], steps[k]


def draw_columns(ax, scenario, groups, spots, areas):
    """Arrows along the roads and, where there is room, their men; returns the boxes taken, in points."""
    table, per_degree = palette.looks(scenario), basemap.points_per_degree(ax)
    groups = sorted(groups, key=lambda group: -group[-1])
    way_of = drawn_ways(scenario)
    found = [on_the_way(way_of(behind, ahead), gone) for _, _, behind, ahead, gone, _ in groups]
    middles = [place * per_degree for place, _ in found]
    ways = [way * per_degree / max(np.hypot(*(way * per_degree)), 1e-9) for _, way in found]
    halves = [(4 + 1.1 * math.sqrt(group[-1] / 10)) / 2 + 2 for group in groups]
    taken = [(x - half, y - half, x + half, y + half) for (x, y), half in zip(middles, halves, strict=True)]
    radii = np.sqrt(areas / math.pi)
    for (name, leaves, *_, men), way, spot, half in zip(groups, ways, middles, halves, strict=True):
        colour = table[name].colour
        ends = (spot + (half - 2) * way) / per_degree, (spot - (half - 2) * way) / per_degree
        arrow = ARROW | {"fc": style.PAPER if leaves else colour, "ec": colour}
        ax.annotate("", *ends, zorder=4, arrowprops=arrow)
        text = f"{men:,}"
        box = _beside(spot, way, half, style.text_width(text, NUMBER), taken, spots * per_degree, radii)
        if box is not None:
            taken.append(box)
            middle = np.array([box[0] + box[2], box[1] + box[3]]) / 2 / per_degree
            look = {"size": NUMBER, "color": palette.readable(colour), "path_effects": style.halo(1.2)}
            ax.text(*middle, text, ha="center", va="center_baseline", zorder=6, clip_on=True, **look)
    return taken


def _beside(spot, way, half, wide, taken, dots, radii):
    """A box for a number near an arrow, clear of arrows, numbers and dots; or None."""
    across = np.array([-way[1], way[0]])
    high = NUMBER
    for far in (1.0, -1.0, 1.7, -1.7):
        x, y = spot + far * across * (half + 0.5 * max(wide * abs(across[0]), high))
        box = (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
        if any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken):
            continue
        nearest = np.clip(dots, box[:2], box[2:])
        if (np.hypot(*(dots - nearest).T) > radii + 0.5).all():
            return box
    return None
