"""A daily measure over time: towns of one faction, or any measure of several."""

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.plots import frames, palette, series, style
from sim.plots.style import PAGE

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
WAR_DEATHS = ("dead_battle", "dead_execution", "dead_bomb", "dead_march")


@style.styled
def towns_over_time(
    ensemble, ax=None, faction=None, held="holder", record=None, *, events=None, width=PAGE, caption=True
):
    """Towns a faction holds, day by day, over all runs.

    Parameters
    ----------
    ensemble : Ensemble
        Results with daily detail.
    record : pandas.DataFrame, optional
        What history left: ``day`` (or ``date``) and ``towns``, and if known ``low`` and ``high``.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="daily", progress=False)
    >>> plots.towns_over_time(ensemble).get_ylabel()
    'towns held (of 60)'
    """
    frames.check_held(held)
    faction = faction or ensemble.scenario.focal
    look = palette.looks(ensemble.scenario)[faction]
    values = frames.towns_held(ensemble, faction, held)
    when = frames.dates(ensemble, range(values.shape[1]))
    ax, new, high = series.axes_over_time(ax, width)
    ends = [
        (y, text, style.INK if text == "median" else style.SOFT)
        for text, y in series.draw_spread(ax, when, values, look.colour, look.dash).items()
    ]
    end = None if record is None else series.draw_record(ax, ensemble, record, "towns")
    ax.set_ylim(0, max(1.0, 1.08 * ax.dataLim.y1))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    series.date_axis(ax, when[0], when[-1])
    marked = series.mark_events(ax, ensemble, events)
    series.name_record(ax, end, ends)
    style.label_ends(ax, ends, high)
    title, words = HELD_WORDS[held]
    ax.set(title=title.format(look.label), ylabel=f"{words} (of {len(ensemble.scenario.town_ids)})")
    marks = "" if record is None else " Dashed: the record."
    marks += " Hatched: its doubt." if record is not None and "low" in record else ""
    bands = series.band_words(len(values))
    note = f"{frames.provenance(ensemble)} {bands}{marks}{marked} {frames.chance_note(ensemble)}"
    style.put_caption(ax, note, new, caption)
    return ax


@style.styled
def over_time(
    ensemble, measure="men", ax=None, factions=None, *, record=None, events=None, width=PAGE, caption=True
):
    """A daily measure of several factions, with median and bands of the runs.

    Parameters
    ----------
    ensemble : Ensemble
        Results with daily detail.
    measure : str, default "men"
        A column of the daily frame, such as ``towns``, ``people``, ``men``, ``cohesion``; or ``dead``
        for all dead of the war (not those on the regime's front).
    factions : sequence of str, optional
        Which factions; by default the focal one and the four with the highest medians.
    record : pandas.DataFrame, optional
        What history left of the focal faction: ``day`` (or ``date``) and a column named like the measure.

    Examples
    --------
    >>> from sim import plots, run_ensemble
    >>> ensemble = run_ensemble(runs=20, days=31, detail="daily", progress=False)
    >>> plots.over_time(ensemble, "men", factions=["isis", "ypg"]).get_ylabel()
    'men'
    """
    table = palette.looks(ensemble.scenario)
    shown = {name: _measure(ensemble, measure, name) for name in factions or _leading(ensemble, measure)}
    count = max(values.shape[1] for values in shown.values())
    when = frames.dates(ensemble, range(count))
    ax, new, high = series.axes_over_time(ax, width)
    ends = []
    for name, values in shown.items():
        found = series.draw_spread(ax, when, values, table[name].colour, table[name].dash)
        middle = found.get("median", found.get("this run"))
        ends.append((middle, table[name].label, palette.readable(table[name].colour)))
    end = None if record is None else series.draw_record(ax, ensemble, record, measure)
    ax.set_ylim(0, max(1.0, 1.05 * ax.dataLim.y1) if measure != "cohesion" else 1.02)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=measure != "cohesion"))
    ax.yaxis.set_major_formatter(FuncFormatter(series.thousands))
    series.date_axis(ax, when[0], when[-1])
    marked = series.mark_events(ax, ensemble, events)
    series.name_record(ax, end, ends)
    style.label_ends(ax, ends, high)
    title, unit = MEASURES.get(measure, ("Killed in the war", "dead so far"))
    focal, bands = table[ensemble.scenario.focal].label, series.band_words(len(ensemble.runs))
    ax.set(title=title.format(focal=focal), ylabel=unit)
    marks = "" if record is None else f" Dashed: the record of {focal}."
    note = f"{frames.provenance(ensemble)} {bands}{marks}{marked} {frames.chance_note(ensemble)}"
    style.put_caption(ax, note, new, caption)
    return ax


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
    others = [name for name in ensemble.scenario.faction_ids if name != focal]
    tops = {name: np.nanmax(np.nanmedian(_measure(ensemble, measure, name), axis=0)) for name in others}
    return [*first, *sorted(tops, key=lambda name: (-tops[name], name))[:count]]
