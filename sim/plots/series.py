"""Figures over time: towns, any daily measure by faction, deaths by side, alignment."""

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.plots import frames, style

MEASURES = {  # column of the daily frame: (title, axis label)
    "towns": ("Towns held", "towns"),
    "sole": ("Towns held alone", "towns"),
    "any": ("Towns with a presence", "towns"),
    "people": ("People ruled, at most 100,000 a town", "people"),
    "men": ("Armed men", "men"),
    "on_road": ("Men on the road", "men"),
    "sheltered": ("Men in hiding", "men"),
    "prisoners": ("Men held prisoner", "men"),
    "cohesion": ("Cohesion", "cohesion, 0 to 1"),
    "provinces_at_war": ("Provinces in which it is at war with {focal}", "provinces"),
    "dead_battle": ("Killed in battle", "dead so far"),
    "dead_front": ("Killed on the regime's front", "dead so far"),
    "dead_execution": ("Killed as prisoners", "dead so far"),
    "dead_bomb": ("Killed by suicide attacks", "dead so far"),
    "dead_march": ("Killed on the march", "dead so far"),
    "civilians_killed": ("Civilians killed", "dead so far"),
    "bombings": ("Suicide attacks", "attacks so far"),
    "threats": ("Threats", "threats so far"),
    "incidents": ("Incidents", "incidents so far"),
    "executions": ("Executions", "executions so far"),
    "recruited": ("Recruits", "men so far"),
    "deserted": ("Deserters", "men so far"),
    "reinforced": ("Reinforcements", "men so far"),
}
HELD_WORDS = {  # meaning of held: (title, axis label)
    "holder": ("Towns held by {}", "towns held"),
    "sole": ("Towns held by {} alone", "towns held alone"),
    "any": ("Towns where {} is present", "towns with a presence"),
}
TOUCHING = {"shrinkA": 0, "shrinkB": 0}
NARROW = 5.0  # inches of a figure below which events are numbered and named in the caption
WAR_DEATHS = ("dead_battle", "dead_execution", "dead_bomb", "dead_march")


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
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: _day(mdates.num2date(x))))
    pad = np.timedelta64(1 if span == 0 else 0, "D")
    ax.set_xlim(first - pad, last + pad)


def _day(date):
    return f"{date.day} {date:%b}"


def axes_over_time(ax, width):
    """The given Axes or those of a new figure, whether it is new, and how high they are in inches, about."""
    if ax is not None:
        high = ax.get_position().height * ax.figure.get_size_inches()[1]
        return style.dress(ax), False, high
    tall = 1.55 + 0.27 * width + (0.3 if width < NARROW else 0)
    ax, new = style.axes_for(ax, width, tall)
    return ax, new, (0.57 if width < NARROW else 0.68) * tall


def mark_events(ax, ensemble, events):
    """Dated events as thin lines, named at their upper ends or numbered where there is little room.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The Axes, limits already set; room is made for the names.
    ensemble : Ensemble
        Its dates are read.
    events : pandas.DataFrame or None
        ``day`` (or ``date``) and ``label``; nothing is drawn where it is None.

    Returns
    -------
    str
        What the caption has to say of numbers, with a space before it.
    """
    if events is None:
        return ""
    table = frames.by_day(ensemble, events)
    table = table[(table["day"] >= 0) & (table["day"] <= ensemble.days)]
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
        ax.annotate(
            word, xy=(when, 1), xycoords=("data", "axes fraction"),
            xytext=(1.5 + (place - day) * per_day, -1), textcoords="offset points",
            rotation=0 if short else 90, va="top", ha="left", size=style.SMALL - 0.5, color=style.SOFT,
            path_effects=style.halo(), annotation_clip=True,
        )  # fmt: skip
    if not short:
        return ""
    return f" Dotted: {', '.join(f'{k + 1} {label}' for k, label in enumerate(table['label']))}."


def draw_spread(ax, when, values, colour, dash="-"):
    """Median and bands over runs; single runs where they are few.

    Returns
    -------
    dict
        Label to the value at the right end, for what is worth naming.
    """
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
    table = table[(table["day"] >= 0) & (table["day"] <= ensemble.days)]
    if table.empty:
        return None
    when = frames.dates(ensemble, table["day"])
    if {"low", "high"} <= set(table):
        ax.fill_between(
            when, table["low"].to_numpy(float), table["high"].to_numpy(float), step="post",
            facecolor="none", edgecolor=style.RECORD, hatch="/////", lw=0, alpha=0.5,
        )  # fmt: skip
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
    ax.annotate(
        "record", xy=(when, value), xytext=(3, 0), textcoords="offset points", va="center",
        size=style.SMALL, color=style.RECORD, path_effects=style.halo(),
    )  # fmt: skip


@style.styled
def towns_over_time(
    ensemble, ax=None, faction=None, held="holder", record=None, *, events=None, width=style.PAGE,
    caption=True,
):  # fmt: skip
    """Towns a faction holds, day by day, over all runs.

    Parameters
    ----------
    ensemble : Ensemble
        Results with daily detail.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    faction : str, optional
        Whose towns; by default the focal faction.
    held : {"holder", "sole", "any"}, default "holder"
        Meaning of held: in control, in control alone, or present at all.
    record : pandas.DataFrame, optional
        What history left: ``day`` (or ``date``) and ``towns``, and if known ``low`` and ``high``.
    events : pandas.DataFrame, optional
        Dated events to mark: ``day`` (or ``date``) and ``label``.
    width : float, default 7.0
        Width of a new figure in inches.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="daily", progress=False)
    >>> plots.towns_over_time(ensemble).get_ylabel()
    'towns held (of 60)'
    """
    frames.check_held(held)
    faction = faction or ensemble.scenario.focal
    look = style.looks(ensemble.scenario)[faction]
    values = frames.towns_held(ensemble, faction, held)
    when = frames.days_of(ensemble, values.shape[1])
    ax, new, high = axes_over_time(ax, width)
    ends = [
        (y, text, style.INK if text == "median" else style.SOFT)
        for text, y in draw_spread(ax, when, values, look.colour, look.dash).items()
    ]
    end = None if record is None else draw_record(ax, ensemble, record, "towns")
    ax.set_ylim(0, max(1.0, 1.08 * ax.dataLim.y1))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    date_axis(ax, when[0], when[-1])
    marked = mark_events(ax, ensemble, events)
    name_record(ax, end, ends)
    style.label_ends(ax, ends, high)
    title, words = HELD_WORDS[held]
    ax.set_ylabel(f"{words} (of {len(ensemble.scenario.town_ids)})")
    ax.set_title(title.format(look.label))
    told = "" if record is None else " Dashed: the record."
    told += " Hatched: its doubt." if record is not None and "low" in record else ""
    note = (
        f"{frames.provenance(ensemble)} {band_words(len(values))}{told}{marked} {frames.luck_note(ensemble)}"
    )
    style.put_caption(ax, note, new, caption)
    return ax


@style.styled
def over_time(
    ensemble, measure="men", ax=None, factions=None, *, record=None, events=None, width=style.PAGE,
    caption=True,
):  # fmt: skip
    """A daily measure of several factions, with median and bands of the runs.

    Parameters
    ----------
    ensemble : Ensemble
        Results with daily detail.
    measure : str, default "men"
        A column of the daily frame, such as ``towns``, ``people``, ``men``, ``cohesion``; or ``dead``
        for all dead of the war (not those on the regime's front).
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    factions : sequence of str, optional
        Which factions; by default the focal one and the four with the highest medians.
    record : pandas.DataFrame, optional
        What history left of the focal faction: ``day`` (or ``date``) and a column named like the measure.
    events : pandas.DataFrame, optional
        Dated events to mark: ``day`` (or ``date``) and ``label``.
    width : float, default 7.0
        Width of a new figure in inches.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="daily", progress=False)
    >>> plots.over_time(ensemble, "men", factions=["isis", "ypg"]).get_ylabel()
    'men'
    """
    table = style.looks(ensemble.scenario)
    series = {name: _measure(ensemble, measure, name) for name in factions or _leading(ensemble, measure)}
    count = max(values.shape[1] for values in series.values())
    when = frames.days_of(ensemble, count)
    ax, new, high = axes_over_time(ax, width)
    ends = []
    for name, values in series.items():
        found = draw_spread(ax, when, values, table[name].colour, table[name].dash)
        middle = found.get("median", found.get("this run"))
        ends.append((middle, table[name].label, style.readable(table[name].colour)))
    end = None if record is None else draw_record(ax, ensemble, record, measure)
    ax.set_ylim(0, max(1.0, 1.05 * ax.dataLim.y1) if measure != "cohesion" else 1.02)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=measure != "cohesion"))
    ax.yaxis.set_major_formatter(FuncFormatter(thousands))
    date_axis(ax, when[0], when[-1])
    marked = mark_events(ax, ensemble, events)
    name_record(ax, end, ends)
    style.label_ends(ax, ends, high)
    title, unit = MEASURES.get(measure, ("Killed in the war", "dead so far"))
    ax.set_title(title.format(focal=table[ensemble.scenario.focal].label))
    ax.set_ylabel(unit)
    n = len(next(iter(series.values())))
    told = "" if record is None else f" Dashed: the record of {table[ensemble.scenario.focal].label}."
    note = f"{frames.provenance(ensemble)} {band_words(n)}{told}{marked} {frames.luck_note(ensemble)}"
    style.put_caption(ax, note, new, caption)
    return ax


def thousands(value, _=None):
    """A number with commas and no needless decimals."""
    return f"{value:,.0f}" if abs(value) >= 10 or value == round(value) else f"{value:g}"


def _measure(ensemble, measure, faction):
    """Runs by days of one measure of one faction; ``dead`` sums the causes of the war."""
    if measure == "dead":
        return sum(frames.matrix(ensemble, column, faction) for column in WAR_DEATHS)
    if measure not in MEASURES:
        raise ValueError(f'measure="{measure}" is none of dead, {", ".join(MEASURES)}')
    return frames.matrix(ensemble, measure, faction)


def _leading(ensemble, measure, count=4):
    """The focal faction and the factions whose medians reach highest; it is at no war with itself."""
    focal = ensemble.scenario.focal
    first = [] if measure == "provinces_at_war" else [focal]
    tops = {
        name: np.nanmax(np.nanmedian(_measure(ensemble, measure, name), axis=0))
        for name in ensemble.scenario.faction_ids
        if name != focal
    }
    return [*first, *sorted(tops, key=lambda name: (-tops[name], name))[:count]]


def _sides(ensemble):
    """Dead of the war so far by side: focal faction, rebels, civilians; each runs by days."""
    label = style.looks(ensemble.scenario)[ensemble.scenario.focal].label
    columns = {label: "dead_focal", "rebels": "dead_rebels", "civilians": "dead_civilians"}
    return {side: frames.pivot(ensemble.focal, column) for side, column in columns.items()}


SIDE_LOOKS = (("#141414", "-", "o"), ("#2f9f78", (0, (5, 1.5)), "s"), ("#a77ad0", (0, (1, 1)), "^"))


@style.styled
def deaths_over_time(
    ensemble, ax=None, *, record=None, events=None, days=None, width=style.PAGE, caption=True
):
    """Dead of the war between rebels and the focal faction so far, by side.

    Parameters
    ----------
    ensemble : Ensemble
        Results with daily detail.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    record : pandas.DataFrame, optional
        Counted dead so far, as `sim.fought.record_deaths` gives them: ``day`` (or ``date``) and any of
        ``isis`` (the focal faction's id), ``rebels``, ``civilians``; if there are several, ``source``.
    events : pandas.DataFrame, optional
        Dated events to mark: ``day`` (or ``date``) and ``label``.
    days : int, optional
        Last day drawn; by default the horizon.
    width : float, default 7.0
        Width of a new figure in inches.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="daily", progress=False)
    >>> plots.deaths_over_time(ensemble, days=20).get_ylabel()
    'dead so far'
    """
    ax, new, high = axes_over_time(ax, width)
    ends, last = [], (days or ensemble.days) + 1
    columns = (ensemble.scenario.focal, "rebels", "civilians")
    for (side, values), (colour, dash, marker), column in zip(
        _sides(ensemble).items(), SIDE_LOOKS, columns, strict=True
    ):
        values = values[:, :last]
        when = frames.days_of(ensemble, values.shape[1])
        found = draw_spread(ax, when, values, colour, dash)
        ends.append((found.get("median", found.get("this run")), side, style.readable(colour)))
        if record is not None and column in record:
            _reported(ax, ensemble, record, column, last, colour, marker)
    ax.set_ylim(0, max(1.0, 1.05 * ax.dataLim.y1))
    ax.yaxis.set_major_formatter(FuncFormatter(thousands))
    date_axis(ax, when[0], when[-1])
    marked = mark_events(ax, ensemble, events)
    style.label_ends(ax, ends, high)
    ax.set_title("Dead of the war")
    ax.set_ylabel("dead so far")
    note = (
        f"{frames.provenance(ensemble)} {band_words(len(values))}{_counted_words(record)}{marked} "
        f"Without the dead on the regime's front. {frames.luck_note(ensemble)}"
    )
    style.put_caption(ax, note, new, caption)
    return ax


def _reported(ax, ensemble, record, column, last, colour, marker):
    """Marks for the counted dead of one side: hollow for the first source, small and full for the next."""
    table = frames.by_day(ensemble, record)
    table = table[(table["day"] < last) & table[column].notna()]
    order = _sources(record)
    for k, part in enumerate([table] if not order else [table[table["source"] == name] for name in order]):
        look = (
            {"s": 14, "facecolor": style.PAPER} if k == 0 else {"s": 5, "facecolor": style.readable(colour)}
        )
        ax.scatter(
            frames.dates(ensemble, part["day"]), part[column].to_numpy(float), marker=marker, clip_on=False,
            ec=style.readable(colour), linewidth=0.9, zorder=4 - 0.1 * k, **look,
        )  # fmt: skip


def _sources(record):
    """Who counted, in the order of the record; empty where it does not say."""
    return list(dict.fromkeys(record["source"])) if "source" in record else []


def _counted_words(record):
    """What the caption says of the counted dead."""
    if record is None:
        return ""
    order = _sources(record)
    marks = ", ".join(f"{look} {name}" for look, name in zip(("hollow", "small"), order, strict=False))
    return f" Marks: dead as counted{f' ({marks})' if order else ''}, which are least numbers."


@style.styled
def alignment(
    ensemble, ax=None, province=None, *, record=None, events=None, days=None, width=style.PAGE, caption=True
):
    """Who is at war with the focal faction, and when: share of runs by faction and day.

    Parameters
    ----------
    ensemble : Ensemble
        Results with the alignment frame.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.
    province : str, optional
        One province; by default at war in any.
    record : pandas.DataFrame, optional
        When factions first fought it by the record, as `sim.fought.record_joined` gives it: ``faction`` and
        ``day`` (or ``date``). Marked.
    events : pandas.DataFrame, optional
        Dated events to mark above: ``day`` (or ``date``) and ``label``.
    days : int, optional
        Last day drawn; by default the horizon.
    width : float, default 7.0
        Width of a new figure in inches.
    caption : bool or str, default True
        False for no caption, a string for another one.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on, factions in the order in which they join.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="full", progress=False)
    >>> plots.alignment(ensemble, province="Aleppo").get_xlabel()
    ''
    """
    last = days or ensemble.days
    shares = at_war_shares(ensemble, last, province)
    shares = shares[shares.max(axis=1) > 0]
    height = 0.95 + 0.17 * max(len(shares), 2)
    ax, new = style.axes_for(ax, width, height)
    table = style.looks(ensemble.scenario)
    when = mdates.date2num(frames.dates(ensemble, [0, last + 1]))
    if len(shares):
        box = (when[0] - 0.5, when[1] - 0.5, len(shares) - 0.5, -0.5)
        image = ax.imshow(shares, cmap=style.CHANCE, norm=style.CHANCE_NORM, aspect="auto", extent=box)
        image.set_interpolation("none")
        bar = ax.figure.colorbar(image, ax=ax, fraction=0.03, pad=0.015)
        bar.set_ticks(style.CHANCE_EDGES, labels=style.CHANCE_WORDS)
        bar.set_label("share of runs", size=style.TEXT)
        bar.ax.tick_params(labelsize=style.SMALL, length=2, width=0.5)
    else:
        ax.text(0.5, 0.5, "nobody goes to war", transform=ax.transAxes, ha="center", color=style.SOFT)
    date_axis(ax, frames.dates(ensemble, [0])[0], frames.dates(ensemble, [last])[0])
    ax.set_yticks(range(len(shares)), [table[name].label for name in shares.index])
    ax.tick_params(axis="y", length=0)
    focal = table[ensemble.scenario.focal].label
    marked = _mark_above(ax, ensemble, events, last) + _mark_joined(ax, ensemble, record, shares.index, last)
    title = f"At war with {focal}{f' in {province}' if province else ' in any province'}"
    ax.set_title(title, pad=12 if "Above:" in marked else None)
    who = f"{frames.provenance(ensemble)} Factions never at war are left out."
    note = f"{who}{marked} {frames.luck_note(ensemble)}"
    style.put_caption(ax, note, new, caption)
    return ax


def _mark_above(ax, ensemble, events, last):
    """Numbers above the Axes at dated events; what the caption has to say of them."""
    if events is None:
        return ""
    table = frames.by_day(ensemble, events)
    table = table[(table["day"] >= 0) & (table["day"] <= last)]
    if table.empty:
        return ""
    per_day = ax.figure.get_size_inches()[0] * 72 * 0.7 / max(last, 1)
    places = style.spread(list(table["day"]), 6.5 / per_day, 0)
    for k, (day, place) in enumerate(zip(table["day"], places, strict=True)):
        ax.annotate(
            str(k + 1), xy=(frames.dates(ensemble, [day])[0], 1), xycoords=("data", "axes fraction"),
            xytext=((place - day) * per_day, 5), textcoords="offset points", ha="center", color=style.SOFT,
            size=style.SMALL - 0.5,
            arrowprops={"arrowstyle": "-", "lw": 0.5, "color": style.SOFT, **TOUCHING},
        )  # fmt: skip
    words = (f"{k + 1} {label}" for k, label in enumerate(table["label"]))
    return f" Above: {', '.join(words)}."


def _mark_joined(ax, ensemble, record, names, last):
    """A mark in a faction's row where it first fought by the record; what the caption has to say of it."""
    if record is None:
        return ""
    table = frames.by_day(ensemble, record)
    table = table[table["faction"].isin(list(names)) & table["day"].between(0, last)]
    if table.empty:
        return ""
    row = {name: k for k, name in enumerate(names)}
    ax.scatter(
        frames.dates(ensemble, table["day"]), table["faction"].map(row), s=16, marker="D", zorder=4,
        facecolor=style.RECORD, edgecolor=style.PAPER, linewidth=0.7, clip_on=False,
    )  # fmt: skip
    return " Diamond: first dated clash by the record."


def at_war_shares(ensemble, last, province=None):
    """Share of runs in which each faction is at war with the focal one, factions by days.

    Parameters
    ----------
    ensemble : Ensemble
        Results with the alignment frame, which holds changes only.
    last : int
        Last day.
    province : str, optional
        One province; by default any.

    Returns
    -------
    pandas.DataFrame
        Rows factions, those who join first on top; columns days 0 to ``last``.
    """
    changes = ensemble.alignment
    if province is not None:
        if province not in ensemble.scenario.provinces:
            raise ValueError(f"{province} is none of {', '.join(ensemble.scenario.provinces)}")
        changes = changes[changes["province"] == province]
    runs = np.sort(ensemble.runs["run"].to_numpy())
    names = [name for name in ensemble.scenario.faction_ids if name != ensemble.scenario.focal]
    changes = changes[changes["faction"].isin(names) & (changes["day"] <= last)]
    changes = changes.sort_values("day", kind="stable")
    provinces = list(ensemble.scenario.provinces)
    place = (
        np.searchsorted(runs, changes["run"].to_numpy()),
        frames.codes(changes["province"], provinces),
        frames.codes(changes["faction"], names),
    )
    day, war = changes["day"].to_numpy(), changes["at_war"].to_numpy(bool)
    now = np.zeros((len(runs), len(provinces), len(names)), bool)
    shares = np.zeros((len(names), last + 1))
    edges = np.searchsorted(day, np.arange(last + 2), side="left")
    for t in range(last + 1):
        part = slice(edges[t], edges[t + 1])
        now[place[0][part], place[1][part], place[2][part]] = war[part]
        shares[:, t] = now.any(axis=1).mean(axis=0)
    order = np.lexsort((names, -shares.sum(axis=1)))
    return pd.DataFrame(shares[order], index=[names[k] for k in order])
