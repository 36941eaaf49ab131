"""With whom the focal faction fought, family by family: the record beside the runs."""

import math

import numpy as np

from sim._util.tables import say_date
from sim.plots import analysis, frames, network, palette, style

NARROW = 5.5  # inches below which two panels stand one below the other


@style.styled
def infighting_compared(ensemble, record, axes=None, *, days=None, width=style.PAGE, caption=True):
    """With whom the focal faction fought, family by family: the record beside the runs.

    Parameters
    ----------
    ensemble : Ensemble
        Results with full detail.
    record : pandas.DataFrame
        What history left, as `sim.record.Record.pairs` gives it: ``faction_a`` and ``faction_b`` (families or
        factions) and ``engagements``, NaN where it is known that they fought but not how often.
    axes : sequence of two matplotlib.axes.Axes, optional
        Where to draw the record and the runs; by default a new figure.
    days : tuple of int, optional
        First and last day counted of the runs; by default the days that the record covers.

    Returns
    -------
    numpy.ndarray
        The two Axes.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> from sim.record import record_of
    >>> ensemble = run_ensemble(runs=2, days=20, detail="full", progress=False)
    >>> pair = plots.infighting_compared(ensemble, record_of(ensemble.scenario).pairs())
    >>> [ax.get_title(loc="left") for ax in pair]
    ['By the record', 'In the runs']
    """
    analysis.check_columns(record, "faction_a", "faction_b")
    scenario, focal = ensemble.scenario, ensemble.scenario.focal
    days = days or (1, min(int(record.attrs.get("last", ensemble.days)), ensemble.days))
    new = axes is None
    if new:
        narrow = width < NARROW  # one panel below the other
        figure = style.new_figure(width, 2 * 0.66 * width + 1.1 if narrow else 0.33 * width + 0.75)
        axes = figure.subplots(*((2, 1) if narrow else (1, 2)))
    left, right = axes
    families = families_of(scenario)
    order = ["focal", *families]  # the focal faction on top, the families clockwise from its right
    angles = [2 * math.pi * k / len(order) for k in range(len(order))]
    places = {name: (math.sin(a), math.cos(a)) for name, a in zip(order, angles, strict=True)}
    past = with_focal(record, scenario)
    total = sum(past.values())
    counts = focal_fights(ensemble, days)
    fought = counts[counts.sum(axis=1) > 0]
    parts = fought / fought.sum(axis=1, keepdims=True)
    mean = dict(zip(families, parts.mean(axis=0), strict=True)) if len(parts) else {}
    bands = np.percentile(parts, [5, 95], axis=0).T if len(parts) > 1 else None
    shares = {name: count / total for name, count in past.items()} if total else {}
    words = {name: _percent(share) for name, share in shares.items()}
    _family_panel(left, scenario, places, shares, words)
    _others(left, record, scenario, places)
    labels = {name: _percent(share) for name, share in mean.items()}
    if bands is not None:
        labels = {
            name: f"{labels[name]} ({100 * low:.0f} to {100 * high:.0f})"
            for name, (low, high) in zip(families, bands, strict=True)
        }
    _family_panel(right, scenario, places, mean, labels)
    left.set_title("By the record")
    right.set_title("In the runs")
    label = palette.looks(scenario)[focal].label
    text = f"{_record_words(record, label)} {_run_words(ensemble, days, fought, label)}"
    style.put_caption(left, text, new, caption)
    return np.array([left, right])


def _record_words(record, label):
    """What the caption says of the record's panel."""
    events, clashes = record.attrs.get("events"), record.attrs.get("clashes")
    if events is None:
        return "Dashed: known wars that nobody counted."
    return (
        f"Record: {events:,} engagements of {label} counted by UCDP, which takes rebels as one side; their "
        f"part is divided as in {clashes} dated clashes that name a family. Dashed: known wars that nobody "
        "counted."
    )


def _run_words(ensemble, days, fought, label):
    """What the caption says of the runs' panel."""
    first, last = (say_date(ensemble.scenario.date(day)) for day in days)
    n = len(ensemble.runs)
    idle = f", {n - len(fought):,} of them without fighting" if len(fought) < n else ""
    span = "; in brackets: central 90 % of runs" if len(fought) > 1 else ""
    each = fought.sum(axis=1).mean() if len(fought) else 0
    return (
        f"Runs: {n:,} run{'s' if n != 1 else ''} of {ensemble.scenario.name} (seed {ensemble.seed}){idle}, "
        f"{first} to {last}, mean of {each:,.0f} town-days of fighting of {label} a run{span}. Width and per "
        f"cent: share of the fights of {label}. An engagement is no town-day: compare shares, not numbers."
    )


def families_of(scenario):
    """Families that the factions other than the focal one belong to, in the order of the palette."""
    table = palette.looks(scenario)
    found = {table[name].family for name in scenario.faction_ids if name != scenario.focal}
    known = [name for name in palette.FAMILIES if name in found]
    return [*known, *sorted(found - set(known))]


def _family(name, table):
    """Family of a faction; a family's name is its own."""
    return table[name].family if name in table else name


def with_focal(record, scenario):
    """Engagements of the focal faction with each family by a table of pairs."""
    table, focal, found = palette.looks(scenario), scenario.focal, {}
    for a, b, count in zip(record["faction_a"], record["faction_b"], record["engagements"], strict=True):
        if focal in (a, b) and not np.isnan(count):
            name = _family(b if a == focal else a, table)
            found[name] = found.get(name, 0.0) + count
    return {name: count for name, count in found.items() if name in families_of(scenario)}


def focal_fights(ensemble, days=None):
    """Town-days of fighting of the focal faction with factions of each family: runs by families."""
    scenario, fights = ensemble.scenario, ensemble.engagements
    families, table = families_of(scenario), palette.looks(scenario)
    ids = list(scenario.faction_ids)
    a, b = (frames.codes(fights[side], ids) for side in ("faction_a", "faction_b"))
    focal = ids.index(scenario.focal)
    ours = (a == focal) ^ (b == focal)
    if days is not None:
        ours &= fights["day"].between(*days).to_numpy()
    where = np.array([families.index(table[name].family) if name != scenario.focal else 0 for name in ids])
    runs = np.sort(ensemble.runs["run"].to_numpy())
    row = np.searchsorted(runs, fights["run"].to_numpy()[ours])
    column = where[np.where(a == focal, b, a)[ours]]
    flat = np.bincount(row * len(families) + column, minlength=len(runs) * len(families))
    return flat.reshape(len(runs), len(families)).astype(float)


def _percent(share):
    return f"{100 * share:.0f} %"


def _family_panel(ax, scenario, places, shares, words):
    """Lines from the focal faction to each family, as wide as its share, which is written at its name."""
    for name, share in sorted(shares.items()):
        if share > 0:
            look = {"color": style.INK, "alpha": 0.85, "zorder": 2, "solid_capstyle": "butt"}
            ax.plot(*network.curve(places["focal"], places[name]).T, lw=0.5 + 13 * share, **look)
    table = palette.looks(scenario)
    for name, (x, y) in places.items():
        look = table[scenario.focal] if name == "focal" else palette.FAMILIES.get(name) or table[name]
        mine = 1.0 if name == "focal" else shares.get(name, 0.0)
        label = look.label if name == "focal" else f"{look.label}\n{words.get(name, '0 %')}"
        network.draw_node(ax, x, y, look, 16 + 130 * mine, bool(mine))
        network.name_node(ax, x, y, 1.13, label, linespacing=1.15, in_layout=False)
    style.bare(ax, xlim=(-2.25, 2.25), ylim=(-1.42, 1.25))


def _others(ax, record, scenario, places):
    """Dashed lines between families that fought, where nobody counted."""
    table, drawn = palette.looks(scenario), set()
    for a, b in zip(record["faction_a"], record["faction_b"], strict=True):
        pair = tuple(sorted({_family(a, table), _family(b, table)}))
        if scenario.focal in (a, b) or len(pair) < 2 or not set(pair) <= set(places) or pair in drawn:
            continue
        drawn.add(pair)
        line = network.curve(places[pair[0]], places[pair[1]])
        ax.plot(*line.T, lw=0.9, ls=(0, (3, 2)), color=network.OTHERS, zorder=1)
