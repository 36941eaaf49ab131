"""What a report says of one result in numbers: outcomes, how it went, the record, in sentences and tables."""

import numpy as np

from sim.core.outcomes import MEANINGS, interval
from sim.plots import beside, frames, palette
from sim.plots.outcomes import ORDER, class_table
from sim.record.control import held_by, read_record, record_classes, record_series
from sim.record.fought import record_deaths, record_pairs
from sim.report.cells import Cell, between, number, percent, table

HOW_IT_WENT = (  # column of runs: (words, form, what the words count)
    ("trough_day", "day of the trough", "{:,.0f}", "day 1 is the first day played"),
    ("trough_share", "people held at the trough", "{:.0%}", "of those at the start"),
    ("regroup_day", "day of regrouping", "{:,.0f}", "of the runs that do"),
    (
        "breathing_days",
        "days of rest before it, or before the end",
        "{:,.0f}",
        "no losses to speak of anywhere",
    ),
    ("end_towns", "towns held at the end", "{:,.0f}", ""),
    ("end_people_share", "people held at the end", "{:.0%}", "of those at the start"),
    ("end_men_share", "men at the end", "{:.0%}", "of those at the start"),
    ("dead_isis", "dead of {focal}", "{:,.0f}", "in its war with rebels"),
    ("dead_rebels", "dead of the rebels", "{:,.0f}", "in that war"),
    ("dead_civilians", "dead civilians", "{:,.0f}", "in that war"),
    ("bombings", "suicide attacks", "{:,.0f}", ""),
    ("from_iraq", "men from Iraq", "{:,.0f}", ""),
    ("from_abroad", "men from abroad", "{:,.0f}", ""),
    ("rebel_towns_to_regime", "rebel towns lost to the government", "{:,.0f}", ""),
)


def focal(ensemble):
    """What the faction whose fate is asked is called."""
    return palette.looks(ensemble.scenario)[ensemble.scenario.focal].label


def meanings_of_classes(limits):
    """What each outcome class means, in words, by the thresholds that were declared."""
    kept = f"{limits.kept:g} days"
    words = {
        "resurgent": f"for {kept} at least {limits.resurgent_people:g} times its first people "
        f"and {limits.resurgent_men:g} times its first men",
        "unbroken": f"never down to {limits.trough:.0%} of its first people",
        "regrouped": f"down to {limits.trough:.0%} of its first people or less, then back at "
        f"{limits.regained_people:.0%} for {kept}",
        "contained": "fell, and neither came back nor vanished",
        "collapse": f"at the end at most {limits.collapse_towns:.0%} of its first towns "
        f"and {limits.collapse_men:.0%} of its first men",
    }
    return {name: text.replace("%", "\u00a0%") for name, text in words.items()}


def outcome_table(ensemble):
    """Share of runs in each class with intervals, under each meaning of held, and the record's class."""
    recorded, last = record_classes(ensemble.scenario, ensemble.params, ensemble.days)
    shares = {held: class_table(ensemble, held).set_index("class") for held in MEANINGS}
    words = meanings_of_classes(ensemble.params.outcomes)
    rows, marked = [], []
    for k, name in enumerate(ORDER):
        row = shares["holder"].loc[name]
        told = [said for held, said in HELD.items() if recorded.get(held) == name]
        rows.append(
            [
                name, words[name], percent(row["share"]), between(row["low"], row["high"], "{:.1%}"),
                percent(shares["sole"].loc[name, "share"]), percent(shares["any"].loc[name, "share"]),
                f"\u2605 {', '.join(told)}" if told else "",
            ]
        )  # fmt: skip
        if recorded.get("holder") == name:
            marked.append(k)
    head = ("class", "meaning", "share of runs", "95 % interval", "held alone", "present", "the record")
    return table(head, rows, _about_meanings(ensemble, last), marked=marked)


HELD = {"holder": "held", "sole": "held alone", "any": "present"}


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
    end = frames.say_date(ensemble.scenario.date(last))
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
    back = int(outcome.isin(["regrouped", "resurgent"]).sum())
    low, high = interval(back, n)
    part = {name: f"{(outcome == name).mean():.1%}".replace("%", "\u00a0%") for name in ORDER}
    sentences = [
        f"In {_of_runs(back, n)} {who} comes back: regrouped in {part['regrouped']}, resurgent in "
        f"{part['resurgent']} (together 95\u00a0% interval {between(low, high, '{:.1%}').text}).",
        f"It never falls far in {part['unbroken']}, is contained in {part['contained']} and collapses in "
        f"{part['collapse']}.",
        _course(ensemble),
        _against_record(ensemble, outcome),
    ]
    return [sentence for sentence in sentences if sentence]


def _of_runs(count, n):
    """A number of runs in words."""
    if n == 1:
        return "the one run" if count else "none of one run"
    return f"{100 * count / n:.1f}\u00a0% of {n:,} runs"


def _course(ensemble):
    """When the trough comes and how deep it is."""
    day, share = ensemble.runs["trough_day"].median(), ensemble.runs["trough_share"].median()
    when = frames.say_date(ensemble.scenario.date(round(day)))
    text = f"In the median run it holds fewest people on {when}: {share:.0%} of those at the start."
    back = ensemble.runs["regroup_day"].dropna()
    if len(back):
        when = frames.say_date(ensemble.scenario.date(round(back.median())))
        text += f" Of the runs that regroup, half have begun to by {when}."
    return text.replace("%", "\u00a0%")


def _against_record(ensemble, outcome):
    """The record's class, and how many runs end in it."""
    recorded, last = record_classes(ensemble.scenario, ensemble.params, ensemble.days)
    if last is None:
        return ""
    same = (outcome == recorded["holder"]).mean()
    end = frames.say_date(ensemble.scenario.date(last))
    whole = f" (over {ensemble.days} days)" if last != ensemble.days else ""
    return (
        f"By the record up to {end} it was {recorded['holder']}; {100 * same:.1f}\u00a0% of the runs{whole} "
        "end in that class."
    )


def course_table(ensemble):
    """Medians and ranges of what the runs measured."""
    runs, rows = ensemble.runs, []
    for column, words, form, of in HOW_IT_WENT:
        values = runs[column].dropna().to_numpy(float) if column in runs else np.array([])
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        low, lower, middle, upper, high = np.percentile(values, [5, 25, 50, 75, 95])
        measure = words.format(focal=focal(ensemble))
        rows.append(
            [measure, number(middle, form), between(lower, upper, form), between(low, high, form), of]
        )
    never = runs["regroup_day"].isna().mean()
    note = f"{100 * never:.1f}\u00a0% of the runs never regroup."
    return table(("measure", "median", "half of the runs", "nine in ten", "of what"), rows, note)


def record_table(ensemble):
    """The record and the runs on a few dates: towns, people, dead, fights; None without what it needs."""
    series = record_series(ensemble.scenario)
    if series is None or ensemble.detail == "summary":
        return None
    last = min(series["holder"]["towns"].shape[1] - 1, ensemble.days)
    days = _dates(series["holder"]["people"][0, : last + 1], ensemble)
    rows = []
    for column, words in (("towns", "towns held"), ("people", "people held, share of the start")):
        past, runs = series["holder"][column][0], frames.pivot(ensemble.focal, column)
        if column == "people":
            past, runs = past / max(past[0], 1), runs / np.maximum(runs[:, :1], 1)
        rows += [_against(ensemble, words, day, past[day], runs[:, day], column == "people") for day in days]
    rows += [*_dead_rows(ensemble), *_fight_rows(ensemble)]
    inside = sum(row[-1] == "inside" for row in rows)
    note = f"{inside} of {len(rows)} values of the record lie within the band that holds nine in ten runs."
    head = ("measure", "date", "record", "median run", "half of the runs", "nine in ten", "the record is")
    return table(head, rows, note)


def _dead_rows(ensemble):
    """The dead of each side as each source last counted them, among those of the runs."""
    counted, who = record_deaths(ensemble.scenario), ensemble.scenario.focal
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


def _fight_rows(ensemble):
    """With whom the focal faction fought: shares of its fights up to the end of the record."""
    pairs = record_pairs(ensemble.scenario)
    if pairs is None or ensemble.detail != "full":
        return
    last = min(pairs.attrs["last"], ensemble.days)
    past = beside.with_focal(pairs, ensemble.scenario)
    runs = beside.focal_fights(ensemble, (1, last))
    fought = runs[runs.sum(axis=1) > 0]
    if not len(fought):
        return
    parts = fought / fought.sum(axis=1, keepdims=True)
    for name, share in zip(beside.families_of(ensemble.scenario), parts.T, strict=True):
        label = palette.FAMILIES[name].label if name in palette.FAMILIES else name
        words = f"share of the fights of {focal(ensemble)}: with {label}"
        yield _against(ensemble, words, last, past.get(name, 0.0) / sum(past.values()), share, True)


def _dates(people, ensemble):
    """The record's lowest day, the ends of the months and its last day."""
    ends = [
        frames.as_day(ensemble.scenario, d) for d in frames.month_ends(ensemble.scenario, len(people) - 1)
    ]
    return sorted({int(people.argmin()), *ends, len(people) - 1})


def _against(ensemble, words, day, past, runs, share):
    """One row: a value of the record among those of the runs."""
    form = "{:.0%}" if share else "{:,.0f}"
    low, lower, middle, upper, high = np.nanpercentile(runs, [5, 25, 50, 75, 95])
    where = "inside" if low <= past <= high else "below" if past < low else "above"
    date = ensemble.scenario.date(day)
    when = Cell(frames.say_date(date), float(day))
    return [
        words,
        when,
        number(past, form),
        number(middle, form),
        between(lower, upper, form),
        between(low, high, form),
        where,
    ]


def town_table(ensemble):
    """Town by town on the last day the record and the runs share; None without record or daily detail."""
    spells = read_record(ensemble.scenario)
    if spells is None or ensemble.detail == "summary":
        return None
    held = held_by(spells, ensemble.scenario, "holder")
    day = min(held.shape[1] - 1, ensemble.days)
    chances = frames.held_at(ensemble, [day])[0].mean(axis=0)
    trust = _confidence(spells, day)
    rows = []
    for town, past, chance in zip(
        ensemble.scenario.towns.to_dict("records"), held[:, day], chances, strict=True
    ):
        known = trust.get(town["id"])
        off = Cell("") if known is None else number(100 * abs(chance - past), "{:.0f}")
        said = "held" if past else "not\u00a0held"
        people = Cell("not known") if town["people"] != town["people"] else number(town["people"])
        rows.append(
            [town["name"], town["province"], people, said, known or "no\u00a0record", percent(chance, 0), off]
        )
    rows.sort(key=lambda row: -(row[-1].value if row[-1].value is not None else -1))
    head = (
        "town",
        "province",
        "people",
        "record",
        "confidence",
        "share of runs that hold it",
        "off by, points",
    )
    return table(head, rows, _about_towns(ensemble, day, rows))


def _confidence(spells, day):
    """How sure the record is of each town on a day, where it has a row for it."""
    now = spells[(spells["from"] <= day) & (spells["to"] >= day)]
    return dict(zip(now["town"], now["confidence"], strict=True))


def _about_towns(ensemble, day, rows):
    """The sentence below the table of towns."""
    judged = [row for row in rows if row[-1].value is not None]
    right = sum(row[-1].value < 50 for row in judged)
    unknown = len(rows) - len(judged)
    return (
        f"{frames.say_date(ensemble.scenario.date(day))}. Most runs agree with the record in {right} of "
        f"{len(judged)} towns; {unknown} have no record that late. A share near the middle is no error: it "
        "says that the rules leave the town open."
    )
