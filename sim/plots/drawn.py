"""The numbers that a figure draws, read back from what stands on its Axes."""

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib import collections
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from sim._util import validation

BACKGROUND = 0.8  # below this order stand the base map and lines that only mark a date
BAND = getattr(
    collections, "FillBetweenPolyCollection", collections.PolyCollection
)  # from matplotlib 3.10 on
COLUMNS = ("axes", "kind", "series", "x", "y", "low", "high", "value", "colour")


def data(ax_or_figure):
    """The numbers that are drawn, as a table: for a figure of one's own, or to quote one exactly.

    Parameters
    ----------
    ax_or_figure : matplotlib.axes.Axes, sequence of Axes, or matplotlib.figure.Figure
        What a plot function returned; of Axes these alone.

    Returns
    -------
    pandas.DataFrame
        One row a point, as drawn: ``axes`` (its title, or number), ``kind`` (line, band, point, bar or cell),
        ``series`` (its label, or number), ``x``, ``y`` (dates where the axis has dates), ``low`` and ``high``
        of a band, ``value`` of what is coloured by a number, ``colour``. Base maps and words are left out.

    Raises
    ------
    TypeError
        It is neither.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="daily", progress=False)
    >>> numbers = plots.data(plots.towns_over_time(ensemble))
    >>> sorted(set(numbers["kind"])), numbers.columns.tolist()[:5]
    (['band', 'line'], ['axes', 'kind', 'series', 'x', 'y'])
    """
    parts = []
    for number, ax in enumerate(_axes_of(ax_or_figure)):
        name = ax.get_title("left") or ax.get_title() or str(number)
        for kind, artist, columns in _artists(ax):
            frame = pd.DataFrame(columns)
            for side, axis in (("x", ax.xaxis), ("y", ax.yaxis)):
                if _has_dates(axis):
                    frame[side] = pd.to_datetime(mdates.num2date(frame[side].astype(float))).tz_localize(None)
            label = str(artist.get_label())
            same = sum(part["axes"].iloc[0] == name and part["kind"].iloc[0] == kind for part in parts)
            frame["series"] = f"{kind} {same + 1}" if label.startswith("_") or not label else label
            parts.append(frame.assign(axes=name, kind=kind))
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return found.reindex(columns=[name for name in COLUMNS if name in found or name in COLUMNS[:5]])


def _axes_of(ax_or_figure):
    """Axes of a figure, or the given ones."""
    if hasattr(ax_or_figure, "savefig"):
        return ax_or_figure.axes
    several = list(np.ravel(np.asarray(ax_or_figure, object)))
    if not several or not all(hasattr(ax, "get_xlim") for ax in several):
        expected = "Axes, several of them, or a Figure"
        raise validation.invalid("ax_or_figure", ax_or_figure, expected, TypeError)
    return several


def _artists(ax):
    """What stands on Axes and bears numbers: its kind, itself, its columns."""
    for line in ax.lines:
        x, y = (np.ravel(values) for values in line.get_data(orig=False))
        if len(x) and _is_seen(line) and line.get_transform().contains_branch(ax.transData):
            yield "line", line, {"x": x, "y": y, "colour": _hex(line.get_color())}
    for some in ax.collections:
        if not _is_seen(some):
            continue
        if isinstance(some, BAND):
            yield "band", some, _band(some)
        elif isinstance(some, collections.PathCollection) and len(some.get_offsets()):
            x, y = np.ma.filled(some.get_offsets().astype(float), np.nan).T
            colours = [_hex(colour) for colour in some.get_facecolor()] or [""]
            columns = {"x": x, "y": y, "colour": colours if len(colours) == len(x) else colours[0]}
            values = some.get_array()
            yield "point", some, columns | ({} if values is None else {"value": np.ravel(values)})
    for box in (patch for patch in ax.patches if isinstance(patch, Rectangle) and _is_seen(patch)):
        x, y, wide, high = box.get_x(), box.get_y(), box.get_width(), box.get_height()
        columns = {"x": [x + wide], "y": [y + high], "low": [y], "high": [y + high]}
        yield "bar", box, columns | {"colour": _hex(box.get_facecolor())}
    for image in ax.images:
        cells = np.ma.filled(np.ma.asarray(image.get_array(), float), np.nan)
        if cells.ndim == 2:
            left, right, bottom, top = image.get_extent()
            x = left + (np.arange(cells.shape[1]) + 0.5) * (right - left) / cells.shape[1]
            rows = np.arange(cells.shape[0]) + 0.5
            first, last = (top, bottom) if image.origin == "upper" else (bottom, top)
            y = first + rows * (last - first) / cells.shape[0]
            columns = {"x": np.tile(x, len(y)), "y": np.repeat(y, len(x)), "value": cells.ravel()}
            yield "cell", image, columns


def _band(band):
    """The two edges of a band, point by point."""
    path = np.concatenate([path.vertices for path in band.get_paths()])
    edges = pd.DataFrame(path, columns=["x", "y"]).groupby("x")["y"].agg(["min", "max"])
    low, high = edges["min"].to_numpy(), edges["max"].to_numpy()
    colour = _hex(band.get_facecolor()[0]) if len(band.get_facecolor()) else ""
    return {"x": edges.index.to_numpy(), "y": (low + high) / 2, "low": low, "high": high, "colour": colour}


def _has_dates(axis):
    converter = axis.get_converter() if hasattr(axis, "get_converter") else axis.converter
    return "Date" in type(converter).__name__  # there are several, of matplotlib and of pandas


def _is_seen(artist):
    return artist.get_visible() and artist.get_zorder() >= BACKGROUND


def _hex(colour):
    return to_hex(colour) if isinstance(colour, str) or np.ndim(colour) == 1 else ""
