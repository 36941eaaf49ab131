"""Who fought whom, faction by faction."""

import math

import numpy as np
import pandas as pd

from sim._util import validation
from sim.plots import arguments, frames, palette, style

LEAST = 0.002  # share of all engagements below which a pair is not drawn
OTHERS = "#a9a9a9"  # lines that do not meet the focal faction


def pairs_of(ensemble, province=None, days=None):
    """Engagements of each pair of factions, mean over runs: town-days of fighting."""
    table = ensemble.engagements
    if province is not None:
        table = table[table["province"] == province]
    if days is not None:
        table = table[table["day"].between(*days)]
    counts = table.groupby(["faction_a", "faction_b"], observed=True).size() / len(ensemble.runs)
    return counts.rename("engagements").reset_index().astype({"faction_a": str, "faction_b": str})


@style.styled
def infighting_network(
    pairs,
    ax=None,
    *,
    scenario=None,
    province=None,
    days=None,
    width=style.COLUMN + 0.6,
    title=None,
    caption=True,
):
    """Who fought whom: factions on a ring, lines as wide as their share of the engagements.

    Factions keep their places on the ring, whatever is drawn. `infighting_compared` sets the record beside.

    Parameters
    ----------
    pairs : Ensemble or pandas.DataFrame
        Results with full detail, or a table ``faction_a``, ``faction_b``, ``engagements``.
    scenario : Scenario, optional
        Whose factions the ring has; needed where ``pairs`` is a table.
    province : str, optional
        One province; for an Ensemble only.
    days : tuple of int, optional
        First and last day; for an Ensemble only.

    Raises
    ------
    ValueError
        A table without its scenario, or with a name that is no faction of it.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=2, days=10, detail="full", progress=False)
    >>> plots.infighting_network(ensemble, title="Runs").get_title(loc="left")
    'Runs'
    """
    simulated = not isinstance(pairs, pd.DataFrame)
    scenario = validation.ensemble("pairs", pairs).scenario if simulated else scenario
    if scenario is None:
        raise ValueError("a table of pairs needs scenario=... to name the factions of the ring")
    arguments.check_province(province, scenario)
    table = pairs_of(pairs, province, days) if simulated else pairs
    ax, new = style.axes_for(ax, width, width * 0.94 + 0.1)
    places = ring(scenario)
    _edges(ax, table, places, scenario.focal)
    _nodes(ax, table, places, scenario)
    style.bare(ax, xlim=(-1.75, 1.75), ylim=(-1.25, 1.25))
    ax.set_title(title or f"Who fought whom{f' in {province}' if province else ''}")
    style.put_caption(ax, _note(pairs, table, simulated), new, caption)
    return ax


def _note(pairs, table, simulated):
    """The caption of a network."""
    who = frames.provenance(pairs) if simulated else "From a record."
    count = table["engagements"].sum()
    unit = " town-days of fighting a run, mean over runs." if simulated else " engagements."
    return (
        f"{who} {count:,.0f}{unit} Width of a line: its share of them; black: with the focal faction. "
        f"Area of a dot: its share. Pairs below {100 * LEAST:g} % are left out."
    )


def ring(scenario):
    """Places of the factions on a ring, the focal one on top, families side by side."""
    table = palette.looks(scenario)
    families = list(palette.FAMILIES)
    order = sorted(
        (name for name in scenario.faction_ids if name != scenario.focal),
        key=lambda name: (families.index(table[name].family) if table[name].family in families else 99, name),
    )
    names = [scenario.focal, *order]
    angle = [math.pi / 2 - 2 * math.pi * k / len(names) for k in range(len(names))]
    return {name: (math.cos(a), math.sin(a)) for name, a in zip(names, angle, strict=True)}


def _edges(ax, table, places, focal):
    """Lines between factions, the thinnest first."""
    total = table["engagements"].sum()
    drawn = table[table["engagements"] > LEAST * total].sort_values("engagements", kind="stable")
    for a, b, count in zip(drawn["faction_a"], drawn["faction_b"], drawn["engagements"], strict=True):
        if a not in places or b not in places:
            raise ValueError(f"{b if a in places else a} is no faction of the scenario")
        colour, alpha, order = (style.INK, 0.8, 2) if focal in (a, b) else (OTHERS, 0.6, 1)
        look = {"lw": 0.4 + 22 * count / total, "color": colour, "alpha": alpha, "zorder": order}
        ax.plot(*curve(places[a], places[b]).T, solid_capstyle="butt", **look)


def curve(one, other):
    """Points of a line from one place on the ring to another, bent towards the middle."""
    one, other, t = np.array(one), np.array(other), np.linspace(0, 1, 30)[:, None]
    return (1 - t) ** 2 * one + 2 * t * (1 - t) * 0.31 * (one + other) + t**2 * other


def _nodes(ax, table, places, scenario):
    """Dots and names of the factions; those that did not fight are hollow."""
    looks = palette.looks(scenario)
    total = max(table["engagements"].sum(), 1e-9)
    for name, (x, y) in places.items():
        mine = table[(table["faction_a"] == name) | (table["faction_b"] == name)]["engagements"].sum() / total
        draw_node(ax, x, y, looks[name], 12 + 260 * mine, bool(mine))
        name_node(ax, x, y, 1.07 + 0.12 * math.sqrt(mine), looks[name].label)


def draw_node(ax, x, y, look, area, filled):
    """The dot of a faction or family on the ring."""
    face = look.colour if filled else style.PAPER
    outline = {"facecolor": face, "edgecolor": style.INK, "linewidth": 0.6}
    ax.scatter(x, y, s=area, marker=look.marker, zorder=3, **outline)


def name_node(ax, x, y, far, label, **more):
    """The name of a dot on the ring, so many times as far out as the dot."""
    side = "center" if abs(x) < 0.12 else "left" if x > 0 else "right"
    up = "bottom" if y > 0.9 else "top" if y < -0.9 else "center"
    look = {"size": style.SMALL, "path_effects": style.halo(), "zorder": 4}
    ax.text(far * x, far * y, label, ha=side, va=up, **look, **more)
