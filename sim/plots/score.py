"""One figure of a score: bands of the runs against the record in small panels, and every target."""

import numpy as np

from sim.plots import frames, palette, series, style
from sim.plots.town_dots import short_name
from sim.record.targets import ALL, CIVILIANS, FOCAL, REBELS, side_of

COLUMNS = 3
WEEK = 7
MOST_PLACES = 6
HEIGHT = 1.25  # inches of one row of panels
BEYOND = 4.0  # half-widths of the tolerance, at which far-off targets are drawn


@style.styled
def picture(score, ensemble, caption=True):
    """Draw the model's bands against the record: towns, places, deaths, engagements; then all targets."""
    panels = panels_of(score, ensemble.scenario)
    rows = -(-len(panels) // COLUMNS)
    height = max(rows * HEIGHT, 0.13 * len(score.scored) + 0.6) + 0.7
    figure = style.new_figure(style.PAGE, height)
    grid = figure.add_gridspec(rows, COLUMNS + 1, width_ratios=[1.0] * COLUMNS + [1.25])
    when = frames.dates(ensemble, range(score.days + 1))
    axes = []
    for k, (title, values, record, marks) in enumerate(panels):
        ax = style.dress(figure.add_subplot(grid[k // COLUMNS, k % COLUMNS]))
        draw(ax, when, values, record, marks)
        ax.set_title(title, size=style.TEXT)
        series.date_axis(ax, when[0], when[-1])
        axes.append(ax)
    side = style.dress(figure.add_subplot(grid[:, COLUMNS]))
    draw_targets(side, score.scored)
    note = (
        f"{frames.provenance(ensemble)} Line: median (places: mean); bands: half, nine in ten of the runs. "
        "Orange: the record, and targets with their tolerance. Right: how far the median is from the target "
        "in half-widths of its tolerance, with the band of nine in ten; hollow: outside."
    )
    style.put_caption(side, note, True, caption)
    return [*axes, side]


def panels_of(score, scenario):
    """Title, values of runs, of the record, and targets to mark: for every panel."""
    observed, past = score.observed, score.record.observed
    there = past.seen[0].any(axis=0)
    out = []
    words = {"controller": "Towns held", "sole": "Towns held alone", "any": "Towns with a presence"}
    for meaning, title in words.items():
        values, record = (s.holds(meaning)[:, :, there].sum(axis=2).astype(float) for s in (observed, past))
        out.append((title, values, record[0], None))
    out += [place_panel(score, scenario, *place) for place in places_of(score)]
    tolls = [t for t in score.record.targets if t["measure"] == "deaths"]
    who = palette.looks(scenario)[scenario.focal].label
    sides = {"Dead": ALL, "Rebels dead": REBELS, f"{who} dead": FOCAL, "Civilians dead": CIVILIANS}
    for title, side in sides.items():
        marks = [t for t in tolls if side_of(t["side"], scenario.focal) == side]
        out.append((f"{title} so far", observed.dead[..., side], past.dead[0, :, side], marks))
    if not np.isnan(observed.events).all():
        values, record = (weekly(s.events.sum(axis=2)) for s in (observed, past))
        out.append(("Engagements, last 7 days", values, record[0], None))
    return out


def places_of(score):
    """Sets of towns that targets are about, smallest first, each with its first meaning of held."""
    found = {}
    for t in score.record.targets:
        if t["towns"] and t["id"] in set(score.scored["id"]) and len(t["towns"]) < 10:
            found.setdefault(tuple(t["towns"]), t["held"] or "controller")
    return sorted(found.items(), key=lambda item: (len(item[0]), item[0]))[:MOST_PLACES]


def place_panel(score, scenario, towns, meaning):
    """Share of some towns that is held."""
    rows = [scenario.town_ids.index(t) for t in towns]
    values, record = (
        s.holds(meaning)[:, :, rows].mean(axis=2) for s in (score.observed, score.record.observed)
    )
    names = [short_name(str(scenario.towns["name"].iloc[k])) for k in rows]
    title = ", ".join(names) if len(names) <= 2 else f"{names[0]} and {len(names) - 1} more"
    return (title, values.mean(axis=0, keepdims=True), record[0], None)


def weekly(daily):
    """Sum of the last seven days; NaN where one of them is not known."""
    padded = np.pad(daily, ((0, 0), (WEEK - 1, 0)))
    return np.lib.stride_tricks.sliding_window_view(padded, WEEK, axis=1).sum(axis=2)


def draw(ax, when, values, record, marks):
    """Bands of the runs, the record, targets."""
    if len(values) == 1:
        ax.plot(when, values[0], color=style.INK, lw=1.2)
    else:
        low, quarter, middle, upper, high = frames.bands(values)
        ax.fill_between(when, low, high, color=style.INK, alpha=0.14, lw=0)
        ax.fill_between(when, quarter, upper, color=style.INK, alpha=0.24, lw=0)
        ax.plot(when, middle, color=style.INK, lw=1.2)
    record = record[: len(when)]
    known = np.flatnonzero(~np.isnan(record))
    scattered = len(known) < 0.5 * len(record)
    look = {"lw": 0 if scattered else 1.2, "marker": "o" if scattered else "", "clip_on": not scattered}
    if len(known):  # an empty line that is not clipped would claim half the figure
        ax.plot(when[known], record[known], color=style.RECORD, ms=3, zorder=4, **look)
    for t in marks or ():
        if t["to"] < len(when):
            day = when[t["to"]]
            ax.plot([day, day], [t["lo"], t["hi"]], color=style.RECORD, lw=0.8, zorder=3)
    top = max([1.0, ax.dataLim.y1])
    ax.set_ylim(0, 1.06 * top)


def draw_targets(ax, scored):
    """Every target: its median and band, in half-widths of the tolerance from the target."""
    for y, t in enumerate(scored.itertuples(index=False)):
        low, median, high = (distance(t, v) for v in (t.low_90, t.median, t.high_90))
        ax.plot([low, high], [y, y], color=style.SOFT, lw=0.9)
        face = style.INK if t.inside else style.PAPER
        ax.plot([median], [y], "o", ms=3.5, mfc=face, mec=style.INK, mew=0.8, clip_on=False, zorder=4)
        span = [distance(t, t.lo), distance(t, t.hi)]
        ax.plot(span, [y, y], color=style.RECORD, lw=3.5, alpha=0.35, zorder=1)
    ax.axvline(0, color=style.RECORD, lw=0.8)
    ax.set_xlim(-BEYOND, BEYOND)
    ax.set_ylim(len(scored) - 0.5, -0.5)
    ax.set_yticks(range(len(scored)), scored["id"], size=style.SMALL)
    ax.set_xticks([-4, -2, 0, 2, 4], ["\u2264 \u22124", "\u22122", "0", "2", "\u2265 4"])
    ax.set_title(f"Targets: {int(scored['inside'].sum())} of {len(scored)} inside", size=style.TEXT)


def distance(target, value):
    """How far a value is from its target in half-widths of the tolerance, drawn at most BEYOND away."""
    half = max((target.hi - target.lo) / 2, 1e-9)
    return float(np.clip((value - target.value) / half, -BEYOND, BEYOND))
