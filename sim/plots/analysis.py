"""Figures of designs: phase diagrams, sensitivity, Shapley shares, discovered boxes; all from tidy frames."""

import numpy as np
from matplotlib.ticker import PercentFormatter

from sim.plots import style

FEW = 8  # points along an axis that are named one by one


def _said(note):
    """What a caption says first, as a sentence of its own."""
    return f"{note.rstrip('.')}. " if note else ""


def _columns(frame, *names):
    """Refuse a frame without the columns a figure needs."""
    missing = [name for name in names if name not in frame]
    if missing:
        raise ValueError(f"the frame has no column {', '.join(missing)}; it needs {', '.join(names)}")


@style.styled
def phase_diagram(
    frame, x, y, value, ax=None, *, labels=None, words="share of runs that regroup", level=0.5, record=None,
    title="Phase diagram", width=style.COLUMN + 1, note="", caption=True,
):  # fmt: skip
    """A share over two parameters, with the line where it passes a level.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point of the design: two parameters, the share found there (0 to 1), and if known the
        number of ``runs`` behind it. Points on a full grid are drawn as tiles, others as dots.
    x, y, value : str
        Names of its columns.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    labels : tuple of str, optional
        What to write on the axes, with units; by default the names of the columns.
    words : str, default "share of runs that regroup"
        What the share is.
    level : float, default 0.5
        Where the line goes; tiles only.
    record : tuple of float, optional
        The shipped or fitted values, marked.
    title : str, default "Phase diagram"
        A title.
    width : float, default 4.5
        Width of a new figure in inches.
    note : str, default ""
        What the caption says first, such as scenario, runs and seed.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "share": [0.1, 0.4, 0.6, 0.9]})
    >>> phase_diagram(frame, "a", "b", "share").get_xlabel()
    'a'
    """
    _columns(frame, x, y, value)
    ax, new = style.axes_for(ax, width, 0.6 + 0.8 * width)
    grid = frame.pivot_table(index=y, columns=x, values=value, aggfunc="mean")
    full = not grid.isna().to_numpy().any() and min(grid.shape) > 1
    crossed = full and bool(grid.to_numpy().min() < level < grid.to_numpy().max())
    if full:
        colours = {"cmap": style.CHANCE, "norm": style.CHANCE_NORM}
        image = ax.pcolormesh(grid.columns, grid.index, grid, shading="nearest", edgecolor="face", **colours)
        if crossed:
            lines = ax.contour(grid.columns, grid.index, grid, [level], colors=style.PAPER, linewidths=2.4)
            lines = ax.contour(grid.columns, grid.index, grid, [level], colors=style.INK, linewidths=1.1)
            ax.clabel(lines, fmt=lambda share: f"{100 * share:g} %", fontsize=style.SMALL)
    else:
        image = ax.scatter(
            frame[x], frame[y], c=frame[value], cmap=style.CHANCE, norm=style.CHANCE_NORM, s=16,
            edgecolor=style.INK, linewidth=0.3, clip_on=False,
        )  # fmt: skip
        ax.margins(0.03)
    if record is not None:
        ax.plot(*record, marker="*", ms=11, mfc=style.RECORD, mec=style.PAPER, mew=0.7, ls="", zorder=5)
    for axis, values in ((ax.xaxis, grid.columns), (ax.yaxis, grid.index)):
        if (
            full and len(values) <= FEW
        ):  # tiles reach half a step beyond the points: ticks say where these are
            axis.set_ticks(list(values), labels=[f"{value:.3g}" for value in values])
    bar = ax.figure.colorbar(image, ax=ax, fraction=0.05, pad=0.03)
    bar.set_ticks(style.CHANCE_EDGES, labels=style.CHANCE_WORDS)
    bar.ax.tick_params(labelsize=style.SMALL, length=2, width=0.5)
    bar.set_label(words, size=style.TEXT)
    ax.set(xlabel=(labels or (x, y))[0], ylabel=(labels or (x, y))[1])
    ax.set_title(title)
    line = f"; line: {100 * level:g} %" if crossed else ""
    star = " Star: the values shipped." if record is not None else ""
    points = note.rstrip(".") if note else f"{len(frame):,} points{_behind(frame)}"
    style.put_caption(ax, f"{points}{line}.{star}", new, caption)
    return ax


def _behind(frame):
    """How many runs a frame says are behind each of its points."""
    if "runs" not in frame:
        return ""
    low, high = int(frame["runs"].min()), int(frame["runs"].max())
    return f" of {low:,}{f' to {high:,}' if high > low else ''} runs each"


@style.styled
def sensitivity(
    frame, ax=None, *, words="total effect (share of variance)", most=20, title="What moves the outcome",
    width=style.COLUMN + 1, note="", caption=True,
):  # fmt: skip
    """Bars of how strongly each parameter moves an outcome, the strongest on top.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a parameter: ``parameter``, ``effect``, and if known the interval ``low``, ``high``. If given,
        ``first`` (an effect on its own, such as Sobol's first index, with ``first_low`` and ``first_high``)
        is drawn as a tick, and ``spread`` (of Morris' elementary effects: curvature and interaction) as a
        diamond. `sim.analysis.sensitivity` gives such tables.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    words : str, default "total effect (share of variance)"
        What the effect is, with its unit.
    most : int, default 20
        At most so many parameters, by size of effect.
    title : str, default "What moves the outcome"
        A title.
    width : float, default 4.5
        Width of a new figure in inches.
    note : str, default ""
        What the caption says first, such as scenario, runs and seed.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"parameter": ["a", "b"], "effect": [0.2, 0.7]})
    >>> [label.get_text() for label in sensitivity(frame).get_yticklabels()]
    ['b', 'a']
    """
    _columns(frame, "parameter", "effect")
    order = frame["effect"].abs().sort_values(ascending=False, kind="stable").index
    part = frame.loc[order].head(most)
    ax, new = style.axes_for(ax, width, 0.85 + 0.17 * max(len(part), 2))
    _bars(ax, part["parameter"], part["effect"], part, style.FAMILIES["brigade"].colour)
    told = ""
    if "first" in part:
        if {"first_low", "first_high"} <= set(part):
            places = np.arange(len(part)) + 0.2
            ax.hlines(places, part["first_low"], part["first_high"], color=style.RECORD, lw=0.8, zorder=4)
        ax.plot(part["first"], np.arange(len(part)) + 0.2, "|", ms=6, mew=1.6, color=style.RECORD, zorder=4)
        told = " Orange tick: effect on its own."
    if "spread" in part:
        ax.plot(
            part["spread"], range(len(part)), "D", ms=3.5, mew=0.7, mfc=style.PAPER, mec=style.INK, zorder=4
        )
        told += " Diamond: spread of the effects (curvature and interaction)."
    ax.set_xlabel(style.wrap(words, 0.62 * width, style.TEXT))
    ax.set_title(title)
    left = f" The {len(part)} strongest of {len(frame)}." if len(part) < len(frame) else ""
    style.put_caption(
        ax,
        f"{_said(note)}{_interval_words(part, note)}{told}{left} Within the declared bounds.",
        new,
        caption,
    )
    return ax


def _bars(ax, names, values, frame, colour):
    """Horizontal bars with intervals; negative ones hatched."""
    values = values.to_numpy(float)
    hatch = ["////" if value < 0 else None for value in values]
    bars = ax.barh(range(len(values)), values, height=0.66, color=colour, edgecolor=style.INK, lw=0.4)
    for bar, lines in zip(bars, hatch, strict=True):
        bar.set_hatch(lines)
    if {"low", "high"} <= set(frame):
        ax.hlines(range(len(values)), frame["low"], frame["high"], color=style.INK, lw=1.0, zorder=3)
    ax.axvline(0, color=style.INK, lw=0.6)
    ax.set_yticks(range(len(values)), [str(name) for name in names])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(values) - 0.4, -0.6)
    ax.margins(x=0.05)


def _interval_words(frame, note):
    known = {"low", "high"} <= set(frame) and frame["low"].notna().any()
    runs = f" {_runs_words(frame)}" if _runs_words(frame) and not note else ""
    return ("Lines: 95 % intervals." if known else "No intervals were given.") + runs


def _runs_words(frame):
    """How many runs are behind a table, where it says so."""
    runs = frame.attrs.get("runs")
    return f"{int(runs):,} runs of each setting." if runs else ""


@style.styled
def shapley(
    frame, ax=None, *, words="change of the share of runs that regroup", title="What explains regrouping",
    width=style.COLUMN + 1, note="", caption=True,
):  # fmt: skip
    """Bars of what each mechanism contributes, shared out fairly over all orders of switching them on.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a mechanism: ``mechanism``, ``share`` (its Shapley value; they add up to the difference
        between all on and all off), and if known the interval ``low``, ``high``.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    words : str, default "change of the share of runs that regroup"
        What is shared out, with its unit.
    title : str, default "What explains regrouping"
        A title.
    width : float, default 4.5
        Width of a new figure in inches.
    note : str, default ""
        What the caption says first, such as scenario, runs and seed.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Examples
    --------
    >>> import pandas as pd
    >>> shapley(pd.DataFrame({"mechanism": ["a", "b"], "share": [-0.2, 0.7]})).get_title(loc="left")
    'What explains regrouping'
    """
    _columns(frame, "mechanism", "share")
    part = frame.sort_values("share", ascending=False, kind="stable")
    ax, new = style.axes_for(ax, width, 0.85 + 0.18 * max(len(part), 2))
    _bars(ax, part["mechanism"], part["share"], part, style.FAMILIES["islamic_front"].colour)
    _numbers(ax, part)
    ax.set_xlabel(style.wrap(words, 0.62 * width, style.TEXT))
    ax.set_title(title)
    total = part["share"].sum()
    text = (
        f"{_said(note)}Shapley values, which add up to {style.signed(total, '+.3g')}: all mechanisms on "
        f"against all off. {_interval_words(part, note)} Hatched: works against."
    )
    style.put_caption(ax, text, new, caption)
    return ax


def _numbers(ax, part):
    """The value beyond the end of each bar or its interval."""
    low = np.minimum(part.get("low", part["share"]), part["share"])
    high = np.maximum(part.get("high", part["share"]), part["share"])
    for k, (value, left, right) in enumerate(zip(part["share"], low, high, strict=True)):
        ax.annotate(
            style.signed(value), (right if value >= 0 else left, k), (4 if value >= 0 else -4, 0),
            textcoords="offset points", va="center", ha="left" if value >= 0 else "right", size=style.SMALL,
            color=style.SOFT, annotation_clip=False,
        )  # fmt: skip
    ax.margins(x=0.14)


@style.styled
def discovery_boxes(
    frame, ax=None, *, title="Where it happens", width=style.COLUMN + 1, note="", caption=True
):
    """The ranges of parameters that a scenario discovery found, within the ranges that were searched.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a box and parameter it restricts: ``parameter``, ``low``, ``high`` (the box), ``lowest``,
        ``highest`` (the range searched); if there are several boxes, ``box`` (its name); if known,
        ``density`` and ``coverage`` (shares, the same in all rows of a box).
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    title : str, default "Where it happens"
        A title.
    width : float, default 4.5
        Width of a new figure in inches.
    note : str, default ""
        What the caption says first, such as scenario, runs and seed.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"parameter": "a", "low": 0.2, "high": 0.5, "lowest": 0.0, "highest": 1.0}
    >>> len(discovery_boxes(pd.DataFrame([row])).get_yticks())
    1
    """
    _columns(frame, "parameter", "low", "high", "lowest", "highest")
    frame = frame.assign(box=frame.get("box", "box"))
    boxes = list(dict.fromkeys(frame["box"]))
    names = list(dict.fromkeys(frame["parameter"]))
    ax, new = style.axes_for(ax, width, 0.95 + (0.2 + 0.14 * len(boxes)) * max(len(names), 2))
    for k, name in enumerate(names):
        ax.plot([0, 1], [k, k], color="#e4e4e4", lw=6 + 9 * len(boxes), solid_capstyle="butt", zorder=0)
        for j, box in enumerate(boxes):
            for row in frame[(frame["parameter"] == name) & (frame["box"] == box)].to_dict("records"):
                _range(ax, k + 0.26 * (j - (len(boxes) - 1) / 2), row, j, str(box) if len(boxes) > 1 else "")
    ax.set_yticks(range(len(names)), [str(name) for name in names])
    ax.tick_params(axis="y", length=0)
    ax.set(xlim=(0, 1), ylim=(len(names) - 0.5, -0.5), xlabel="part of the range searched")
    ax.xaxis.set_major_formatter(PercentFormatter(1, symbol=" %"))
    ax.set_title(title)
    text = f"Grey: range searched; bar: range of the box, with its limits. {_known(frame, boxes)}"
    style.put_caption(ax, f"{_said(note)}{text}", new, caption)
    return ax


def _range(ax, y, row, j, name):
    """One box's range of one parameter, its limits written at its ends and its name inside."""
    span = (row["highest"] - row["lowest"]) or 1.0
    ends = [(row[side] - row["lowest"]) / span for side in ("low", "high")]
    colour = LOOK[j % len(LOOK)]
    ax.plot(ends, [y, y], color=colour, lw=6, solid_capstyle="butt", zorder=2)
    middle = {"ha": "center", "va": "center_baseline", "color": style.PAPER, "zorder": 4}
    ax.text(sum(ends) / 2, y, name, size=5, weight="bold", **middle)
    for side, at, value in (("right", ends[0], row["low"]), ("left", ends[1], row["high"])):
        inside = at < 0.1 if side == "right" else at > 0.9
        if 0 < at < 1:
            away = 2 if (side == "left") != inside else -2
            ax.annotate(
                f"{value:.3g}", (at, y), (away, 0), textcoords="offset points", va="center_baseline",
                ha="left" if away > 0 else "right", size=style.SMALL - 0.5,
                color=style.PAPER if inside else style.INK, zorder=4,
            )  # fmt: skip


LOOK = ("#8a3f12", "#2f6fb5", "#5b2d82", "#12805c")


def _known(frame, boxes):
    """Density and coverage of each box in words, where they are known."""
    words = []
    for box in boxes:
        row = frame[frame["box"] == box].iloc[0]
        known = [f"{what} {100 * row[what]:.0f} %" for what in ("density", "coverage") if what in frame]
        if known:
            words.append((f"{box}: " if len(boxes) > 1 else "") + ", ".join(known))
    if not words:
        return ""
    text = "; ".join(words)
    return (
        text[0].upper()
        + text[1:]
        + (
            " (density: share of the runs in the box that are cases of interest; coverage: "
            "share of those cases that are in the box)."
        )
    )
