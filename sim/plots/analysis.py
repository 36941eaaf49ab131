"""Figures of designs: phase diagrams and discovered boxes, from tidy frames."""

from sim.plots import frames, layout, palette, style

FEW = 8  # points along an axis that are named one by one


def lead(note):
    """What a caption says first, as a sentence of its own."""
    return f"{note.rstrip('.')}. " if note else ""


def check_columns(frame, *names):
    """Refuse a frame without the columns a figure needs."""
    missing = [name for name in names if name not in frame]
    if missing:
        raise ValueError(f"the frame has no column {', '.join(missing)}; it needs {', '.join(names)}")


@style.styled
def phase_diagram(
    frame,
    x,
    y,
    value,
    ax=None,
    *,
    labels=None,
    words="share of runs that regroup",
    level=0.5,
    record=None,
    title="Phase diagram",
    width=style.COLUMN + 1,
    note="",
    caption=True,
):
    """A share over two parameters, with the line where it passes a level.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point of the design: two parameters, the share found there (0 to 1), and if known the
        number of ``runs`` behind it. Points on a full grid are drawn as tiles, others as dots.
    x, y, value : str
        Names of its columns.
    labels : tuple of str, optional
        What to write on the axes, with units; by default the names of the columns.
    words : str, default "share of runs that regroup"
        What the share is.
    level : float, default 0.5
        Where the line goes; tiles only.
    record : tuple of float, optional
        The shipped or fitted values, marked.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1], "share": [0.1, 0.4, 0.6, 0.9]})
    >>> phase_diagram(frame, "a", "b", "share").get_xlabel()
    'a'
    """
    check_columns(frame, x, y, value)
    ax, new = style.axes_for(ax, width, 0.6 + 0.8 * width)
    grid = frame.pivot_table(index=y, columns=x, values=value, aggfunc="mean")
    full = not grid.isna().to_numpy().any() and min(grid.shape) > 1
    crossed = full and bool(grid.to_numpy().min() < level < grid.to_numpy().max())
    if full:
        tiles = {"shading": "nearest", "edgecolor": "face"} | palette.CHANCES
        image = ax.pcolormesh(grid.columns, grid.index, grid, **tiles)
        if crossed:
            lines = ax.contour(grid.columns, grid.index, grid, [level], colors=style.INK, linewidths=1.1)
            labelled = ax.clabel(lines, fmt=lambda share: f"{100 * share:g} %", fontsize=style.SMALL)
            for artist in (lines, *labelled):  # light around it: tiles may be as dark as the line
                artist.set_path_effects(style.halo(2.4))
    else:
        dots = {"s": 16, "edgecolor": style.INK, "linewidth": 0.3, "clip_on": False} | palette.CHANCES
        image = ax.scatter(frame[x], frame[y], c=frame[value], **dots)
        ax.margins(0.03)
    if record is not None:
        ax.plot(*record, marker="*", ms=11, mfc=style.RECORD, mec=style.PAPER, mew=0.7, ls="", zorder=5)
    for axis, values in ((ax.xaxis, grid.columns), (ax.yaxis, grid.index)):
        if full and len(values) <= FEW:  # tiles reach half a step beyond the points: name these
            axis.set_ticks(list(values), labels=[f"{value:.3g}" for value in values])
    layout.chance_bar(ax, image, words, fraction=0.05, pad=0.03)
    ax.set(xlabel=(labels or (x, y))[0], ylabel=(labels or (x, y))[1])
    ax.set_title(title)
    line = f"; line: {100 * level:g} %" if crossed else ""
    star = " Star: the values shipped." if record is not None else ""
    behind = f" of {frames.span(frame['runs'])} runs each" if "runs" in frame else ""
    points = note.rstrip(".") if note else f"{len(frame):,} points{behind}"
    style.put_caption(ax, f"{points}{line}.{star}", new, caption)
    return ax


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

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"parameter": "a", "low": 0.2, "high": 0.5, "lowest": 0.0, "highest": 1.0}
    >>> len(discovery_boxes(pd.DataFrame([row])).get_yticks())
    1
    """
    check_columns(frame, "parameter", "low", "high", "lowest", "highest")
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
    style.percent_axis(ax.xaxis)
    ax.set_title(title)
    text = f"Grey: range searched; bar: range of the box, with its limits. {_known(frame, boxes)}"
    style.put_caption(ax, f"{lead(note)}{text}", new, caption)
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
            look = {"va": "center_baseline", "ha": "left" if away > 0 else "right", "zorder": 4}
            look |= {"size": style.REMARK["size"], "color": style.PAPER if inside else style.INK}
            style.beside(ax, f"{value:.3g}", (at, y), (away, 0), **look)


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
        f"{text[0].upper()}{text[1:]} (density: share of the runs in the box that are cases of interest; "
        "coverage: share of those cases that are in the box)."
    )
