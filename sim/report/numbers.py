"""What a report says of one result in numbers: outcomes, how it went, the record, in sentences and tables."""

import numpy as np

from sim._util.tables import Cell, cell, interval_text, percent, say_date, table
from sim.core.outcomes import MEANINGS, interval
from sim.plots import family_network, frames, palette
from sim.plots.outcomes import ORDER, outcome_share_table
from sim.record import record_classes, record_of
from sim.report.headline import against_record, is_possible

HOW_IT_WENT = (  # column of runs: (words, unit, what the words count)
    ("trough_day", "day of the trough", "", "day 1 is the first day of the runs"),
    ("trough_share", "people held at the trough", "share", "of those at the start"),
    ("regroup_day", "day of regrouping", "", "of the runs that do"),
    ("breathing_days", "days of rest before it, or before the end", "", "no losses to speak of anywhere"),
    ("end_towns", "towns held at the end", "", ""),
    ("end_people_share", "people held at the end", "share", "of those at the start"),
    ("end_men_share", "men at the end", "share", "of those at the start"),
    ("dead_isis", "dead of {focal}", "", "in its war with rebels"),
    ("dead_rebels", "dead of the rebels", "", "in that war"),
    ("dead_civilians", "dead civilians", "", "in that war"),
    ("bombings", "suicide attacks", "", ""),
    ("from_iraq", "men from Iraq", "", ""),
    ("from_abroad", "men from abroad", "", ""),
    ("rebel_towns_to_regime", "rebel towns lost to the government", "", ""),
)
BY_SIDE = {  # column of daily, summed over a side on the last evening: words
    "campaigns": "campaigns begun",
    "attacks": "times men were sent against a town",
    "followed": "columns sent under the lead of another faction",
    "towns_taken": "towns taken",
    "agreements": "towns left by agreement",
    "recruited": "men recruited",
    "reinforced": "men from abroad and Iraq",
    "risen": "men who rose against a ruler",
    "came_over": "men who came over",
    "went_over": "men who went over",
    "deserted": "men who went home",
    "dead_battle": "men killed in battle",
    "dead_bomb": "men killed by suicide attacks",
    "dead_execution": "men killed as prisoners",
    "dead_front": "men killed at the government's front",
    "captured": "men taken prisoner",
    "weapons_captured": "weapons captured, less those lost",
}
SIDES = {"focal": "{focal}", "rebel": "rebels", "regime": "government", "kurdish": "Kurdish forces"}
HELD = {"holder": "held", "sole": "held alone", "any": "present"}


def focal(ensemble):
    """What the focal faction is called."""
    return palette.looks(ensemble.scenario)[ensemble.scenario.focal].label


def meanings_of_classes(limits):
    """What each outcome class means, in words, by the thresholds that were declared."""
    kept, fallen = f"{limits.kept:g} days", percent(limits.trough, 0)
    return {
        "resurgent": f"for {kept} at least {limits.resurgent_people:g} times its first people "
        f"and {limits.resurgent_men:g} times its first men",
        "unbroken": f"never down to {fallen} of its first people",
        "regrouped": f"down to {fallen} of its first people or less, then back at "
        f"{percent(limits.regained_people, 0)} for {kept}",
        "contained": "fell, and neither came back nor vanished",
        "collapse": f"at the end at most {percent(limits.collapse_towns, 0)} of its first towns "
        f"and {percent(limits.collapse_men, 0)} of its first men",
    }


def outcome_table(ensemble):
    """Share of runs in each class with intervals, under each meaning of held, and the record's class."""
    recorded, last = record_classes(ensemble.scenario, ensemble.params, ensemble.days)
    shares = {held: outcome_share_table(ensemble, held).set_index("class") for held in MEANINGS}
    words = meanings_of_classes(ensemble.params.outcomes)
    rows = []
    for name in ORDER:
        held, sole, present = (shares[meaning].loc[name] for meaning in HELD)
        same = [text for meaning, text in HELD.items() if recorded.get(meaning) == name]
        span, star = (held["low"], held["high"]), f"\u2605 {', '.join(same)}" if same else ""
        told = [held["share"], span, sole["share"], present["share"]]
        if not is_possible(ensemble, name):
            told = [f"missing: {ensemble.days} days are too few", "", "", ""]
        rows.append([name, words[name], *told, star])
    head = ("class", "meaning", "share of runs", "95 % interval", "held alone", "present", "the record")
    marked = {k for k, name in enumerate(ORDER) if name == recorded.get("holder")}
    formats = dict.fromkeys(head, ("share", 1))
    return table(head, rows, formats, note=_about_meanings(ensemble, last), marked=marked)


def _about_meanings(ensemble, last):
    """The sentence below the outcome table."""
    who = focal(ensemble)
    text = (
        f"A town counts as held by whoever is in control of it; the last two shares are the same classes by "
        f"towns in which {who} is alone, and by towns in which it is present. Wilson intervals: the error of "
        f"{len(ensemble.runs):,} runs, not of the model."
    )
    if last is None:
        return f"{text} The scenario has no record."
    end = say_date(ensemble.scenario.date(last))
    if last == ensemble.days:
        return f"{text} The record is judged over the same {last} days."
    return (
        f"{text} The record ends on {end}, after {last} of {ensemble.days} days, and is judged as if it "
        "stopped there."
    )


def answer(ensemble):
    """The outcome in a few sentences."""
    runs, n, who = ensemble.runs, len(ensemble.runs), focal(ensemble)
    outcome = runs["outcome"].astype(str)
    part = {name: percent((outcome == name).mean()) for name in ORDER}
    sentences = [
        _fate(runs, n, who),
        f"By class it is regrouped in {part['regrouped']}, resurgent in {part['resurgent']}, unbroken in "
        f"{part['unbroken']}, contained in {part['contained']} and collapses in {part['collapse']}.",
        _course(ensemble),
        against_record(ensemble),
    ]
    return [sentence for sentence in sentences if sentence]


def _fate(runs, n, who):
    """Whether it is broken, and comes back, in a sentence."""
    if runs["broken"].isna().all():
        return "The runs are too short to tell whether it is broken."
    broken = int(runs["broken"].sum())
    text = f"In {_of_runs(broken, n)} {who} is broken"
    told = runs["back"].dropna()
    if not len(told):
        return f"{text}{'; none of them in time to come back' if broken else ''}."
    low, high = interval(told.sum(), len(told))
    share = f"{percent(told.mean())}, 95\u00a0% interval {interval_text(low, high, 'share')}"
    return f"{text}; of those {int(told.sum()):,} of {len(told):,} come back ({share})."


def _of_runs(count, n):
    """A number of runs in words."""
    if n == 1:
        return "the one run" if count else "none of one run"
    return f"{percent(count / n)} of {n:,} runs"


def _course(ensemble):
    """When the trough comes and how deep it is."""
    day, share = ensemble.runs["trough_day"].median(), ensemble.runs["trough_share"].median()
    when = say_date(ensemble.scenario.date(round(day)))
    text = f"In the median run it holds fewest people on {when}: {percent(share, 0)} of those at the start."
    back = ensemble.runs["regroup_day"].dropna()
    if len(back):
        when = say_date(ensemble.scenario.date(round(back.median())))
        text += f" Of the runs that regroup, half have begun to by {when}."
    return text


def course_table(ensemble):
    """Medians and ranges of what the runs measured."""
    runs, rows = ensemble.runs, []
    for column, words, unit, of in HOW_IT_WENT:
        values = runs[column].dropna().to_numpy(float) if column in runs else np.array([])
        values = values[np.isfinite(values)]
        if len(values):
            rows.append([words.format(focal=focal(ensemble)), *_spread(values, unit), of])
    note = f"{percent(runs['regroup_day'].isna().mean())} of the runs never regroup."
    return table(("measure", "median", "half of the runs", "nine in ten", "of what"), rows, note=note)


def _spread(values, unit):
    """Median, the range of half of the runs and that of nine in ten, as cells."""
    low, lower, middle, upper, high = np.nanpercentile(values, [5, 25, 50, 75, 95])
    return [cell(part, unit, 0) for part in (middle, (lower, upper), (low, high))]


def side_table(ensemble):
    """What each side did in the median run: offensives, men by cause, weapons; None without daily detail."""
    if ensemble.detail == "summary":
        return None
    factions, daily = ensemble.scenario.factions, ensemble.daily
    side = dict(zip(factions["id"], factions["side"], strict=True))
    last = daily[daily["day"] == daily["day"].max()]
    sums = last.groupby([last["run"], last["faction"].astype(str).map(side)])[list(BY_SIDE)].sum()
    middle = sums.groupby(level=1).median()
    sides = [name for name in SIDES if name in middle.index]
    rows = [
        [words, *(cell(middle.loc[name, column], "", 0) for name in sides)]
        for column, words in BY_SIDE.items()
    ]
    days = daily["provinces_in_truce"].groupby(daily["run"]).sum().median()
    note = (
        f"Medians over the runs, so that columns do not add up. Truces with {focal(ensemble)}: {days:,.0f} "
        "days, counted for every faction and province, in the median run."
    )
    head = ("in all", *(SIDES[name].format(focal=focal(ensemble)) for name in sides))
    return table(head, rows, note=note)


def record_table(ensemble):
    """The record and the runs on a few dates: towns, people, dead, fights; None without what it needs."""
    record = record_of(ensemble.scenario)
    if record is None or ensemble.detail == "summary":
        return None
    series = record.series()
    last = min(series["towns"].shape[1] - 1, ensemble.days)
    days = _dates(series["people"][0, : last + 1], ensemble)
    rows = []
    for column, words in (("towns", "towns held"), ("people", "people held, share of the start")):
        past, runs = series[column][0], frames.pivot(ensemble.focal, column)
        if column == "people":
            past, runs = past / max(past[0], 1), runs / np.maximum(runs[:, :1], 1)
        rows += [_against(ensemble, words, day, past[day], runs[:, day], column == "people") for day in days]
    rows += [*_dead_rows(ensemble, record.deaths()), *_fight_rows(ensemble, record.pairs())]
    inside = sum(row[-1] == "inside" for row in rows)
    note = f"{inside} of {len(rows)} values of the record lie within the band that holds nine in ten runs."
    head = ("measure", "date", "record", "median run", "half of the runs", "nine in ten", "the record is")
    return table(head, rows, note=note)


def _dead_rows(ensemble, counted):
    """The dead of each side as each source last counted them, among those of the runs."""
    who = ensemble.scenario.focal
    if counted is None:
        return
    columns = {who: "dead_focal", "rebels": "dead_rebels", "civilians": "dead_civilians"}
    counted = counted[counted["day"] <= ensemble.days].dropna(subset=list(columns))
    for source, part in counted.groupby("source"):
        last = part.sort_values("day").iloc[-1]
        for side, column in columns.items():
            runs = frames.pivot(ensemble.focal, column)[:, int(last["day"])]
            words = f"dead so far of {focal(ensemble)}" if side == who else f"dead {side} so far"
            yield _against(ensemble, f"{words}, {source}", int(last["day"]), last[side], runs, False)


def _fight_rows(ensemble, pairs):
    """With whom the focal faction fought: shares of its fights up to the end of the record."""
    if pairs is None or ensemble.detail != "full":
        return
    last = min(pairs.attrs["last"], ensemble.days)
    past = family_network.with_focal(pairs, ensemble.scenario)
    runs = family_network.focal_fights(ensemble, (1, last))
    fought = runs[runs.sum(axis=1) > 0]
    if not len(fought):
        return
    parts = fought / fought.sum(axis=1, keepdims=True)
    for name, share in zip(family_network.families_of(ensemble.scenario), parts.T, strict=True):
        label = palette.FAMILIES[name].label if name in palette.FAMILIES else name
        words = f"share of the fights of {focal(ensemble)}: with {label}"
        yield _against(ensemble, words, last, past.get(name, 0.0) / sum(past.values()), share, True)


def _dates(people, ensemble):
    """The record's lowest day, the ends of the months and its last day."""
    scenario, last = ensemble.scenario, len(people) - 1
    ends = [scenario.day(date) for date in frames.month_ends(scenario, last)]
    return sorted({int(people.argmin()), *ends, last})


def _against(ensemble, words, day, past, runs, share):
    """One row: a value of the record among those of the runs."""
    low, high = np.nanpercentile(runs, [5, 95])
    where = "inside" if low <= past <= high else "below" if past < low else "above"
    when, unit = Cell(say_date(ensemble.scenario.date(day)), float(day)), "share" if share else ""
    return [words, when, cell(past, unit, 0), *_spread(runs, unit), where]


def town_table(ensemble):
    """Town by town on the last day the record and the runs share; None without record or daily detail."""
    record = record_of(ensemble.scenario)
    if record is None or ensemble.detail == "summary":
        return None
    held = record.held_by()
    day = min(held.shape[1] - 1, ensemble.days)
    chances = frames.held_at(ensemble, [day])[0].mean(axis=0)
    now = record.spells[(record.spells["from"] <= day) & (record.spells["to"] >= day)]
    confidence, towns = dict(zip(now["town"], now["confidence"], strict=True)), ensemble.scenario.towns
    rows = []
    for town, past, chance in zip(towns.to_dict("records"), held[:, day], chances, strict=True):
        known = confidence.get(town["id"], "")
        off = 100 * abs(chance - past) if known else np.nan
        people = "not known" if np.isnan(town["people"]) else float(town["people"])
        past = "held" if past else "not\u00a0held"
        rows.append([town["name"], town["province"], people, past, known or "no\u00a0record", chance, off])
    rows.sort(key=lambda row: -np.nan_to_num(row[-1], nan=-1.0))
    chance, off = "share of runs that hold it", "off by, points"
    head, formats = ("town", "province", "people", "record", "confidence", chance, off), {"people": ("", 0)}
    formats |= {chance: ("share", 0), off: ("", 0)}
    return table(head, rows, formats, note=_about_towns(ensemble, day, rows))


def _about_towns(ensemble, day, rows):
    """The sentence below the table of towns."""
    judged = [row for row in rows if not np.isnan(row[-1])]
    right = sum(row[-1] < 50 for row in judged)
    unknown = len(rows) - len(judged)
    return (
        f"{say_date(ensemble.scenario.date(day))}. Most runs agree with the record in {right} of "
        f"{len(judged)} towns; {unknown} have no record that late. A share near the middle is no error: it "
        "says that the rules leave the town open."
    )
