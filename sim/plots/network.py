"""Who fought whom: by faction, and by family of factions beside what history left."""

import math

import numpy as np
import pandas as pd

from sim.plots import frames, style

LEAST = 0.002  # share of all engagements below which a pair is not drawn
NARROW = 5.5  # inches below which two panels stand one below the other
OTHERS = "#a9a9a9"  # lines that do not meet the focal faction


def pairs_of(ensemble, province=None, days=None):
    """Engagements of each pair of factions, mean over runs: town-days of fighting.

    Parameters
    ----------
    ensemble : Ensemble
        Results with full detail.
    province : str, optional
        One province; by default all.
    days : tuple of int, optional
        First and last day; by default all.

    Returns
    -------
    pandas.DataFrame
        Columns faction_a, faction_b, engagements.

    Examples
    --------
    >>> from sim import run_ensemble
    >>> ensemble = run_ensemble(runs=2, days=10, detail="full", progress=False)
    >>> list(pairs_of(ensemble).columns)
    ['faction_a', 'faction_b', 'engagements']
    """
    table = ensemble.engagements
    if province is not None:
        table = table[table["province"] == province]
    if days is not None:
        table = table[table["day"].between(*days)]
    counts = table.groupby(["faction_a", "faction_b"], observed=True).size() / frames.run_count(ensemble)
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
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    scenario : Scenario, optional
        Whose factions the ring has; needed where ``pairs`` is a table.
    province : str, optional
        One province; for an Ensemble only.
    days : tuple of int, optional
        First and last day; for an Ensemble only.
    width : float, default 4.1
        Width of a new figure in inches.
    title : str, optional
        A title.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

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
    scenario = pairs.scenario if simulated else scenario
    if scenario is None:
        raise ValueError("a table of pairs needs scenario=... to name the factions of the ring")
    table = pairs_of(pairs, province, days) if simulated else pairs
    ax, new = style.axes_for(ax, width, width * 0.94 + 0.1)
    places = ring(scenario)
    _edges(ax, table, places, scenario.focal)
    _nodes(ax, table, places, scenario)
    ax.set(xlim=(-1.75, 1.75), ylim=(-1.25, 1.25), xticks=[], yticks=[])
    ax.set_aspect("equal")
    for side in ax.spines.values():
        side.set_visible(False)
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
    table = style.looks(scenario)
    families = list(style.FAMILIES)
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
        ours = focal in (a, b)
        ax.plot(
            *_curve(places[a], places[b]).T, lw=0.4 + 22 * count / total, color=style.INK if ours else OTHERS,
            alpha=0.8 if ours else 0.6, zorder=2 if ours else 1, solid_capstyle="butt",
        )  # fmt: skip


def _curve(one, other):
    """Points of a line from one place on the ring to another, bent towards the middle."""
    one, other, t = np.array(one), np.array(other), np.linspace(0, 1, 30)[:, None]
    return (1 - t) ** 2 * one + 2 * t * (1 - t) * 0.31 * (one + other) + t**2 * other


def _nodes(ax, table, places, scenario):
    """Dots and names of the factions; those that did not fight are hollow."""
    looks = style.looks(scenario)
    total = max(table["engagements"].sum(), 1e-9)
    for name, (x, y) in places.items():
        mine = table[(table["faction_a"] == name) | (table["faction_b"] == name)]["engagements"].sum() / total
        ax.scatter(
            x, y, s=12 + 260 * mine, marker=looks[name].marker, zorder=3, linewidth=0.6, edgecolor=style.INK,
            facecolor=looks[name].colour if mine else style.PAPER,
        )  # fmt: skip
        far = 1.07 + 0.12 * math.sqrt(mine)
        side = "center" if abs(x) < 0.12 else "left" if x > 0 else "right"
        ax.text(
            far * x, far * y, looks[name].label, size=style.SMALL, ha=side, zorder=4,
            path_effects=style.halo(), va="bottom" if y > 0.9 else "top" if y < -0.9 else "center",
        )  # fmt: skip


@style.styled
def infighting_compared(ensemble, record, axes=None, *, days=None, width=style.PAGE, caption=True):
    """With whom the focal faction fought, family by family: the record beside the runs.

    Parameters
    ----------
    ensemble : Ensemble
        Results with full detail.
    record : pandas.DataFrame
        What history left, as `sim.fought.record_pairs` gives it: ``faction_a`` and ``faction_b`` (families or
        factions) and ``engagements``, NaN where it is known that they fought but not how often.
    axes : sequence of two matplotlib.axes.Axes, optional
        Where to draw the record and the runs; by default a new figure.
    days : tuple of int, optional
        First and last day counted of the runs; by default the days that the record covers.
    width : float, default 7.0
        Width of a new figure in inches.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    numpy.ndarray
        The two Axes.

    Examples
    --------
    >>> from sim import fought, plots, run_ensemble
    >>> ensemble = run_ensemble(runs=2, days=20, detail="full", progress=False)
    >>> pair = plots.infighting_compared(ensemble, fought.record_pairs(ensemble.scenario))
    >>> [ax.get_title(loc="left") for ax in pair]
    ['By the record', 'In the runs']
    """
    scenario, focal = ensemble.scenario, ensemble.scenario.focal
    days = days or (1, min(int(record.attrs.get("last", ensemble.days)), ensemble.days))
    new = axes is None
    if new:
        narrow = width < NARROW  # one panel below the other
        figure = style.new_figure(width, 2 * 0.66 * width + 1.1 if narrow else 0.33 * width + 0.75)
        axes = figure.subplots(*((2, 1) if narrow else (1, 2)))
    left, right = axes
    families = families_of(scenario)
    places = {name: (math.sin(a), math.cos(a)) for name, a in _angles(families)}
    past = with_focal(record, scenario)
    total = sum(past.values())
    counts = focal_fights(ensemble, days)
    fought = counts[counts.sum(axis=1) > 0]
    parts = fought / fought.sum(axis=1, keepdims=True)
    mean = dict(zip(families, parts.mean(axis=0), strict=True)) if len(parts) else {}
    bands = np.percentile(parts, [5, 95], axis=0).T if len(parts) > 1 else None
    words = {name: _percent(count / total) for name, count in past.items()} if total else {}
    _family_panel(left, scenario, places, {k: v / total for k, v in past.items()} if total else {}, words)
    _others(left, record, scenario, places)
    told = {name: _percent(share) for name, share in mean.items()}
    if bands is not None:
        told = {
            name: f"{told[name]} ({100 * low:.0f} to {100 * high:.0f})"
            for name, (low, high) in zip(families, bands, strict=True)
        }
    _family_panel(right, scenario, places, mean, told)
    left.set_title("By the record")
    right.set_title("In the runs")
    label = style.looks(scenario)[focal].label
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
    first, last = (frames.say_date(ensemble.scenario.date(day)) for day in days)
    n = frames.run_count(ensemble)
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
    table = style.looks(scenario)
    found = {table[name].family for name in scenario.faction_ids if name != scenario.focal}
    known = [name for name in style.FAMILIES if name in found]
    return [*known, *sorted(found - set(known))]


def _angles(families):
    """The focal faction on top, the families round the ring clockwise from its right."""
    return [
        ("focal", 0.0),
        *((name, 2 * math.pi * (k + 1) / (len(families) + 1)) for k, name in enumerate(families)),
    ]


def _family(name, table):
    """Family of a faction; a family's name is its own."""
    return table[name].family if name in table else name


def with_focal(record, scenario):
    """Engagements of the focal faction with each family by a table of pairs."""
    table, focal, found = style.looks(scenario), scenario.focal, {}
    for a, b, count in zip(record["faction_a"], record["faction_b"], record["engagements"], strict=True):
        if focal in (a, b) and not np.isnan(count):
            name = _family(b if a == focal else a, table)
            found[name] = found.get(name, 0.0) + count
    return {name: count for name, count in found.items() if name in families_of(scenario)}


def focal_fights(ensemble, days=None):
    """Town-days of fighting of the focal faction with factions of each family: runs by families."""
    scenario, fights = ensemble.scenario, ensemble.engagements
    families, table = families_of(scenario), style.looks(scenario)
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
            ax.plot(
                *_curve(places["focal"], places[name]).T, lw=0.5 + 13 * share, color=style.INK, alpha=0.85,
                zorder=2, solid_capstyle="butt",
            )  # fmt: skip
    table = style.looks(scenario)
    for name, (x, y) in places.items():
        look = table[scenario.focal] if name == "focal" else style.FAMILIES.get(name) or table[name]
        mine = 1.0 if name == "focal" else shares.get(name, 0.0)
        ax.scatter(
            x, y, s=16 + 130 * mine, marker=look.marker, zorder=3, linewidth=0.6, edgecolor=style.INK,
            facecolor=look.colour if mine else style.PAPER,
        )  # fmt: skip
        side = "center" if abs(x) < 0.12 else "left" if x > 0 else "right"
        label = look.label if name == "focal" else f"{look.label}\n{words.get(name, '0 %')}"
        ax.text(
            1.13 * x, 1.13 * y, label, size=style.SMALL, ha=side, zorder=4, path_effects=style.halo(),
            va="bottom" if y > 0.9 else "top" if y < -0.9 else "center", linespacing=1.15, in_layout=False,
        )  # fmt: skip
    ax.set(xlim=(-2.25, 2.25), ylim=(-1.42, 1.25), xticks=[], yticks=[])
    ax.set_aspect("equal")
    for side in ax.spines.values():
        side.set_visible(False)


def _others(ax, record, scenario, places):
    """Dashed lines between families that fought, where nobody counted."""
    table, drawn = style.looks(scenario), set()
    for a, b in zip(record["faction_a"], record["faction_b"], strict=True):
        pair = tuple(sorted({_family(a, table), _family(b, table)}))
        if scenario.focal in (a, b) or len(pair) < 2 or not set(pair) <= set(places) or pair in drawn:
            continue
        drawn.add(pair)
        ax.plot(*_curve(places[pair[0]], places[pair[1]]).T, lw=0.9, ls=(0, (3, 2)), color=OTHERS, zorder=1)
