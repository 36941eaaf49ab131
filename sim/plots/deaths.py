"""The dead over time, by side, and as they were counted."""

from matplotlib.ticker import FuncFormatter

from sim.plots import frames, palette, series, style

SIDES = (  # column of the focal frame: of the record, colour, dash, marker; the first is the focal faction's
    ("dead_focal", "", "#141414", "-", "o"),
    ("dead_rebels", "rebels", "#2f9f78", (0, (5, 1.5)), "s"),
    ("dead_civilians", "civilians", "#a77ad0", (0, (1, 1)), "^"),
)


@style.styled
def deaths_over_time(
    ensemble, ax=None, *, record=None, events=None, days=None, width=style.PAGE, caption=True
):
    """Dead of the war between rebels and the focal faction so far, by side.

    Parameters
    ----------
    ensemble : Ensemble
        Results with daily detail.
    record : pandas.DataFrame, optional
        Counted dead so far, as `sim.record.Record.deaths` gives them: ``day`` (or ``date``) and any of
        ``isis`` (the focal faction's id), ``rebels``, ``civilians``; if there are several, ``source``.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="daily", progress=False)
    >>> plots.deaths_over_time(ensemble, days=20).get_ylabel()
    'dead so far'
    """
    ax, new, high = series.axes_over_time(ax, width)
    ends, last, focal = [], days or ensemble.days, ensemble.scenario.focal
    for counted, column, colour, dash, marker in SIDES:
        values, column = frames.pivot(ensemble.focal, counted)[:, : last + 1], column or focal
        side = palette.looks(ensemble.scenario)[focal].label if column == focal else column
        when = frames.dates(ensemble, range(values.shape[1]))
        found = series.draw_spread(ax, when, values, colour, dash)
        ends.append((found.get("median", found.get("this run")), side, palette.readable(colour)))
        if record is not None and column in record:
            _reported(ax, ensemble, record, column, last, colour, marker)
    ax.set_ylim(0, max(1.0, 1.05 * ax.dataLim.y1))
    ax.yaxis.set_major_formatter(FuncFormatter(series.thousands))
    series.date_axis(ax, when[0], when[-1])
    marked = series.mark_events(ax, ensemble, events)
    style.label_ends(ax, ends, high)
    ax.set(title="Dead of the war", ylabel="dead so far")
    note = (
        f"{frames.provenance(ensemble)} {series.band_words(len(values))}{_counted_words(record)}{marked} "
        f"Without the dead on the regime's front. {frames.chance_note(ensemble)}"
    )
    style.put_caption(ax, note, new, caption)
    return ax


def _reported(ax, ensemble, record, column, last, colour, marker):
    """Marks for the counted dead of one side: hollow for the first source, small and full for the next."""
    table = frames.by_day(ensemble, record, last)
    table, edge = table[table[column].notna()], palette.readable(colour)
    parts = [table[table["source"] == name] for name in _sources(record)] or [table]
    for k, part in enumerate(parts):
        look = {"s": 5 if k else 14, "facecolor": edge if k else style.PAPER, "ec": edge, "linewidth": 0.9}
        when, values = frames.dates(ensemble, part["day"]), part[column].to_numpy(float)
        ax.scatter(when, values, marker=marker, clip_on=False, zorder=4 - 0.1 * k, **look)


def _sources(record):
    """Who counted, in the order of the record; empty where it does not say."""
    return list(dict.fromkeys(record["source"])) if "source" in record else []


def _counted_words(record):
    """What the caption says of the counted dead."""
    if record is None:
        return ""
    marks = ", ".join(
        f"{look} {name}" for look, name in zip(("hollow", "small"), _sources(record), strict=False)
    )
    return f" Marks: dead as counted{f' ({marks})' if marks else ''}, which are least numbers."
