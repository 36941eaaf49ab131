"""Figures of paired comparisons: what a change makes of each run."""

import numpy as np
from matplotlib.ticker import FuncFormatter

from sim.plots import frames, series, style
from sim.plots.palette import LINES

MEASURES = {"towns": "towns held", "people": "people held", "men": "men under arms"}


def _pairs_note(comparison):
    """What a caption says about where the pairs come from."""
    first = comparison.named[comparison.base]
    what = "runs" if first.points is None else "points of a design"
    pairs = frames.span(comparison.table["pairs"])
    return f"{pairs} pairs of {what} (common random numbers, seed {first.seed}), {first.days} days."


@style.styled
def paired_differences(comparison, ax=None, *, title=None, width=style.PAGE, caption=True):
    """Change of the chance to be broken, to come back and of each outcome class, with 95 % intervals.

    Parameters
    ----------
    comparison : sim.analysis.Comparison
        As from `sim.compare`.
    title : str, optional
        A title; by default it names the base.

    Examples
    --------
    >>> import sim
    >>> from sim import plots
    >>> request = {"runs": 6, "days": 20, "progress": False}
    >>> found = sim.compare(sim.run_ensemble(**request), sim.run_ensemble("truce", **request))
    >>> plots.paired_differences(found).get_xlabel()
    'change of the share of runs, percentage points'
    """
    table = comparison.table[comparison.table["unit"] == "share"]
    measures, names = list(dict.fromkeys(table["measure"])), list(dict.fromkeys(table["comparison"]))
    several = len(names) > 1
    ax, new = style.axes_for(ax, width, 1.0 + 0.16 * len(measures) * (len(names) + (0.8 if several else 0)))
    ticks, y = [], 0.0
    for measure in measures:
        part = table[table["measure"] == measure].set_index("comparison")
        if several:
            ticks.append((y, measure))
            y += 1.0
        for k, name in enumerate(names):
            if name in part.index:
                _difference(ax, y, part.loc[name], LINES[(k + 1) % len(LINES)][0] if several else style.INK)
            ticks.append((y, f"   {name}" if several else measure))
            y += 1.0
        y += 0.35 if several else 0.0
    ax.axvline(0, color=style.INK, lw=0.6, zorder=0)
    ax.set_yticks([at for at, _ in ticks], [label for _, label in ticks])
    for label, (_, text) in zip(ax.get_yticklabels(), ticks, strict=True):
        label.set_weight("bold" if several and not text.startswith("   ") else "normal")
    ax.tick_params(axis="y", length=0, labelsize=style.SMALL if several else style.TEXT)
    ax.set_ylim(y - 0.3, -0.8)
    ax.margins(x=0.12)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: style.signed(100 * x, "+.0f") if x else "0"))
    ax.grid(axis="x", color="#ececec", lw=0.5)
    ax.set_xlabel("change of the share of runs, percentage points")
    ax.set_title(title or f"What changes against {comparison.base}")
    marks = (
        "Mark and number: difference within pairs; line: its 95 % interval; filled: different from nil with "
        f"p below 0.05{_control_words(comparison)}, of headline measures. Back: of the broken; "
        "stands: unbroken, regrouped or resurgent."
    )
    style.put_caption(ax, f"{_pairs_note(comparison)} {marks}", new, caption)
    return ax


def _control_words(comparison):
    """How the caption says that many rows were looked at."""
    names = {"holm": "Holm", "benjamini-hochberg": "Benjamini and Hochberg"}
    if comparison.control not in names:
        return ", not controlled for the number of rows"
    rows = int(comparison.table["p_adjusted"].notna().sum())
    return f" after control for {rows} rows ({names[comparison.control]})"


def _difference(ax, y, row, colour):
    """A mark at the difference, filled if it is significant, and a line over its interval."""
    ax.plot([row["low"], row["high"]], [y, y], color=colour, lw=1.1, solid_capstyle="butt", zorder=2)
    filled = colour if row["p_adjusted"] < 0.05 else style.PAPER
    ax.plot(row["difference"], y, "o", ms=4.5, mfc=filled, mec=colour, mew=0.9, zorder=3)
    text = style.signed(100 * row["difference"], "+.1f")
    style.beside(ax, text, (row["high"], y), (5, 0), **style.OVER)


@style.styled
def paired_over_time(comparison, measure="towns", ax=None, *, width=style.PAGE, caption=True):
    """Mean difference day by day, with its 95 % band.

    Parameters
    ----------
    comparison : sim.analysis.Comparison
        Of results with daily detail.
    measure : {"towns", "people", "men"}, default "towns"
        Of the focal faction.

    Examples
    --------
    >>> import sim
    >>> from sim import plots
    >>> request = {"runs": 6, "days": 20, "detail": "daily", "progress": False}
    >>> found = sim.compare(sim.run_ensemble(**request), sim.run_ensemble("truce", **request))
    >>> plots.paired_over_time(found).get_ylabel()
    'change of towns held'
    """
    table = comparison.over_time(measure)
    first = comparison.named[comparison.base]
    height = 1.15 + 0.33 * width
    ax, new = style.axes_for(ax, width, height)
    ends = []
    for k, (name, part) in enumerate(table.groupby("comparison", sort=False), 1):
        colour, dash = LINES[k % len(LINES)]
        when = frames.dates(first, part["day"].to_numpy())
        ax.fill_between(when, part["low"], part["high"], color=colour, alpha=0.18, lw=0)
        ax.plot(when, part["difference"], color=colour, ls=dash, lw=1.4)
        ends.append((float(part["difference"].iloc[-1]), name, colour))
    ax.axhline(0, color=style.INK, lw=0.6, zorder=0)
    series.date_axis(ax, *frames.dates(first, [0, first.days]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: style.signed(v, "+,g") if v else "0"))
    low = np.nanmin(table[["low", "difference"]].to_numpy())
    high = np.nanmax(table[["high", "difference"]].to_numpy())
    pad = 0.06 * ((high - low) or 1.0)
    ax.set_ylim(min(low, 0) - pad, max(high, 0) + pad)
    style.label_ends(ax, ends, 0.7 * height)
    ax.set_ylabel(f"change of {MEASURES[measure]}")
    ax.set_title(f"What changes against {comparison.base}, day by day")
    note = "Line: mean difference within pairs; band: its pointwise 95 % interval."
    style.put_caption(ax, f"{_pairs_note(comparison)} {note}", new, caption)
    return ax
