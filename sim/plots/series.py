"""What figures over time share: time axis, dated events, bands of runs, the record laid over them."""

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter

from sim.plots import frames, style

ABOVE = ("data", "axes fraction")  # a day, and how high in the Axes
NARROW = 5.0  # inches of a figure below which events are numbered and named in the caption


def date_axis(ax, first, last):
    """Label a time axis by months, or by days where it is short."""
    span = (last - first).astype(int)
    if span > 75:
        step = 2 if ax.figure.get_size_inches()[0] < 4.5 and span > 150 else 1
        ticks = list(pd.date_range(first, last, freq="MS"))[::-step][::-1]
        years = [k == 0 or stamp.month <= step for k, stamp in enumerate(ticks)]
        words = [f"{t:%b}\n{t.year}" if year else f"{t:%b}" for t, year in zip(ticks, years, strict=True)]
        ax.set_xticks(mdates.date2num(ticks), words)
    else:
        ax.xaxis.set_major_locator(mdates.AutoDateLocator(minticks=3, maxticks=7))
        ax.xaxis.set_major_formatter(FuncFormatter(_say_day))
    pad = np.timedelta64(1 if span == 0 else 0, "D")
    ax.set_xlim(first - pad, last + pad)


def _say_day(x, _):
    """A day and its month; not by ``%-d``, which Windows does not know."""
    day = mdates.num2date(x)
    return f"{day.day} {day:%b}"


def axes_over_time(ax, width):
    """The given Axes or those of a new figure, whether it is new, and how high they are in inches, about."""
    if ax is not None:
        high = ax.get_position().height * ax.figure.get_size_inches()[1]
        return style.dress(ax), False, high
    tall = 1.55 + 0.27 * width + (0.3 if width < NARROW else 0)
    ax, new = style.axes_for(ax, width, tall)
    return ax, new, (0.57 if width < NARROW else 0.68) * tall


def mark_events(ax, ensemble, events):
    """Dated events as thin lines, named or (where narrow) numbered; returns what the caption says of them."""
    if events is None:
        return ""
    table = frames.by_day(ensemble, events)
    if table.empty:
        return ""
    wide = ax.figure.get_size_inches()[0]
    short = wide < NARROW
    ax.set_ylim(top=ax.get_ylim()[1] * (1.08 if short else 1.28))
    shown = max(float(np.ptp(ax.get_xlim())), 1.0)
    per_day = wide * 72 * 0.83 / shown
    gap = 5.5 if short else 6.5
    places = style.spread(list(table["day"]), gap / per_day, 0)
    words = [str(k + 1) for k in range(len(table))] if short else list(table["label"])
    for day, place, word in zip(table["day"], places, words, strict=True):
        when = frames.dates(ensemble, [day])[0]
        ax.axvline(when, color=style.FAINT, lw=0.6, ls=(0, (2, 2)), zorder=0.5)
        away, turned = (1.5 + (place - day) * per_day, -1), 0 if short else 90
        look = {"rotation": turned, "va": "top", "ha": "left", "path_effects": style.halo()} | style.REMARK
        style.beside(ax, word, (when, 1), away, xycoords=ABOVE, annotation_clip=True, **look)
    if not short:
        return ""
    return f" Dotted: {', '.join(f'{k + 1} {label}' for k, label in enumerate(table['label']))}."


def draw_spread(ax, when, values, colour, dash="-"):
    """Median and bands over runs, single runs where they are few; returns labels and values at the end."""
    if len(values) == 1:
        ax.plot(when, values[0], color=colour, ls=dash, lw=1.4)
        return {"this run": values[0][-1]}
    low, quarter, middle, upper, high = frames.bands(values)
    if len(values) < frames.FULL_BANDS:
        ax.plot(when, values.T, color=colour, alpha=0.35, lw=0.5)
        ax.plot(when, middle, color=colour, ls=dash, lw=1.6)
        return {"median": middle[-1]}
    ax.fill_between(when, low, high, color=colour, alpha=0.14, lw=0)
    ax.fill_between(when, quarter, upper, color=colour, alpha=0.26, lw=0)
    ax.plot(when, middle, color=colour, ls=dash, lw=1.6)
    return {"median": middle[-1], "50 % of runs": upper[-1], "90 % of runs": high[-1]}


def band_words(n):
    """What the caption says of lines and bands over ``n`` runs."""
    if n == 1:
        return ""
    if n < frames.FULL_BANDS:
        return "Thick line: median; thin lines: single runs."
    return "Line: median of runs; dark band: central 50 %; light band: central 90 %."


def draw_record(ax, ensemble, record, column):
    """A record as a stepped line, with its doubt as hatching where it states any."""
    table = frames.by_day(ensemble, record)
    if table.empty:
        return None
    when = frames.dates(ensemble, table["day"])
    if {"low", "high"} <= set(table):
        low, high = (table[end].to_numpy(float) for end in ("low", "high"))
        hatched = {"facecolor": "none", "edgecolor": style.RECORD, "hatch": "/////", "lw": 0, "alpha": 0.5}
        ax.fill_between(when, low, high, step="post", **hatched)
    values = table[column].to_numpy(float)
    ax.plot(when, values, color=style.RECORD, ls=(0, (3, 1)), lw=1.3, drawstyle="steps-post")
    return when[-1], values[-1]


def name_record(ax, end, ends):
    """Name the record at its own end: in the margin if it spans the figure, else beside the line."""
    if end is None:
        return
    when, value = end
    if mdates.date2num(when) > ax.get_xlim()[1] - 3:
        ends.append((value, "record", style.RECORD))
        return
    look = {"size": style.SMALL, "color": style.RECORD, "path_effects": style.halo()}
    style.beside(ax, "record", (when, value), (3, 0), **look)


def thousands(value, _=None):
    """A number with commas and no needless decimals."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:g}"
