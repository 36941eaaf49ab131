"""Bars of what moves or explains an outcome: sensitivity and Shapley shares."""

import numpy as np

from sim.plots import analysis, palette, style


@style.styled
def sensitivity(
    frame,
    ax=None,
    *,
    words="total effect (share of variance)",
    most=20,
    title="What moves the outcome",
    width=style.COLUMN + 1,
    note="",
    caption=True,
):
    """Bars of how strongly each parameter moves an outcome, the strongest on top.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a parameter: ``parameter``, ``effect``, and if known the interval ``low``, ``high``. If given,
        ``first`` (an effect on its own, such as Sobol's first index, with ``first_low`` and ``first_high``)
        is drawn as a tick, and ``spread`` (of Morris' elementary effects: curvature and interaction) as a
        diamond. `sim.analysis.sensitivity` gives such tables.
    words : str, default "total effect (share of variance)"
        What the effect is, with its unit.
    most : int, default 20
        At most so many parameters, by size of effect.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"parameter": ["a", "b"], "effect": [0.2, 0.7]})
    >>> [label.get_text() for label in sensitivity(frame).get_yticklabels()]
    ['b', 'a']
    """
    analysis.check_columns(frame, "parameter", "effect")
    order = frame["effect"].abs().sort_values(ascending=False, kind="stable").index
    part = frame.loc[order].head(most)
    ax, new = style.axes_for(ax, width, 0.85 + 0.17 * max(len(part), 2))
    _bars(ax, part["parameter"], part["effect"], part, palette.FAMILIES["brigade"].colour)
    marks = ""
    if "first" in part:
        if {"first_low", "first_high"} <= set(part):
            places = np.arange(len(part)) + 0.2
            ax.hlines(places, part["first_low"], part["first_high"], color=style.RECORD, lw=0.8, zorder=4)
        ax.plot(part["first"], np.arange(len(part)) + 0.2, "|", ms=6, mew=1.6, color=style.RECORD, zorder=4)
        marks = " Orange tick: effect on its own."
    if "spread" in part:
        look = {"ms": 3.5, "mew": 0.7, "mfc": style.PAPER, "mec": style.INK, "zorder": 4}
        ax.plot(part["spread"], range(len(part)), "D", **look)
        marks += " Diamond: spread of the effects (curvature and interaction)."
    ax.set_xlabel(style.wrap(words, 0.62 * width, style.TEXT))
    ax.set_title(title)
    left = f" The {len(part)} strongest of {len(frame)}." if len(part) < len(frame) else ""
    text = f"{analysis.lead(note)}{_interval_words(part, note)}{marks}{left} Within the declared bounds."
    style.put_caption(ax, text, new, caption)
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
    frame,
    ax=None,
    *,
    words="change of the share of runs that regroup",
    title="What explains regrouping",
    width=style.COLUMN + 1,
    note="",
    caption=True,
):
    """Bars of what each mechanism contributes, shared out fairly over all orders of switching them on.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a mechanism: ``mechanism``, ``share`` (its Shapley value; they add up to the difference
        between all on and all off), and if known the interval ``low``, ``high``.
    words : str, default "change of the share of runs that regroup"
        What is shared out, with its unit.

    Examples
    --------
    >>> import pandas as pd
    >>> shapley(pd.DataFrame({"mechanism": ["a", "b"], "share": [-0.2, 0.7]})).get_title(loc="left")
    'What explains regrouping'
    """
    analysis.check_columns(frame, "mechanism", "share")
    part = frame.sort_values("share", ascending=False, kind="stable")
    ax, new = style.axes_for(ax, width, 0.85 + 0.18 * max(len(part), 2))
    _bars(ax, part["mechanism"], part["share"], part, palette.FAMILIES["islamic_front"].colour)
    _numbers(ax, part)
    ax.set_xlabel(style.wrap(words, 0.62 * width, style.TEXT))
    ax.set_title(title)
    total = part["share"].sum()
    text = (
        f"{analysis.lead(note)}Shapley values, which add up to {style.signed(total, '+.3g')}: all mechanisms "
        f"on against all off. {_interval_words(part, note)} Hatched: works against."
    )
    style.put_caption(ax, text, new, caption)
    return ax


def _numbers(ax, part):
    """The value beyond the end of each bar or its interval."""
    low = np.minimum(part.get("low", part["share"]), part["share"])
    high = np.maximum(part.get("high", part["share"]), part["share"])
    for k, (value, left, right) in enumerate(zip(part["share"], low, high, strict=True)):
        end, away, side = (right, 4, "left") if value >= 0 else (left, -4, "right")
        look = style.OVER | {"size": style.SMALL, "ha": side}
        style.beside(ax, style.signed(value), (end, k), (away, 0), **look)
    ax.margins(x=0.14)
