"""The figures of a report: which ones, what each is for, and how they get into the page."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim import plots
from sim.core.kernel import source_hash
from sim.plots import frames, palette, saving, style
from sim.record import record_of

DEPTH = {"summary": 0, "daily": 1, "full": 2}  # of the output
HEAVIEST = 400_000  # bytes of SVG beyond which a picture goes into the page as PNG
DOTS = 200  # per inch of a PNG


class Past:
    """What history left of a scenario, in the forms that figures take; None wherever there is no record.

    ``towns`` and ``people`` by day, ``held`` as towns by days, ``trough`` as lowest and last share of the
    first people and its last day, ``pairs``, ``joined`` and ``deaths`` as `sim.record.Record` gives them;
    ``events`` are dated ones that the scenario puts in, which are no record of outcomes.
    """

    def __init__(self, scenario, days):
        record = record_of(scenario)
        self.towns = self.held = self.trough = self.people = self.pairs = self.joined = self.deaths = None
        self.events = events_of(scenario)
        if record is None:
            return
        self.pairs, self.joined, self.deaths = record.pairs(), record.joined(), record.deaths()
        self.towns, self.held = record.towns(), record.held_by()
        people = record.series()["people"][0, : days + 1]
        self.people = pd.DataFrame({"day": np.arange(len(people)), "people": people})
        if people[0] > 0:
            self.trough = (people.min() / people[0], people[-1] / people[0], len(people) - 1)


@dataclass(frozen=True)
class Kind:
    """A figure of the report: the least detail it needs, how to read it, and how it is drawn."""

    name: str
    needs: str
    reading: str
    draw: Callable
    size: str = "wide"


KINDS = (
    Kind(
        "outcome_shares",
        "summary",
        "What became of it, by class. The number is the share of runs; the line is how far so many runs "
        "can be off.",
        lambda e, past: plots.outcome_shares(e),
    ),
    Kind(
        "towns_over_time",
        "daily",
        "Half of the runs lie in the dark band, nine in ten in the light one. Thin grey lines are dated "
        "events that the scenario puts in; everything else comes out of the rules.",
        lambda e, past: plots.towns_over_time(e, record=past.towns, events=past.events),
    ),
    Kind(
        "chance_maps",
        "daily",
        "Where: the darker a town, the more runs in which it is held on that day. A blue ring is a town "
        "that really was.",
        lambda e, past: plots.chance_maps(e, record=past.held),
    ),
    Kind(
        "regrouping",
        "summary",
        "When: a step up is a run that is back above the threshold and will stay there.",
        lambda e, past: plots.regrouping(e),
    ),
    Kind(
        "trough_recovery",
        "summary",
        "Whether a deep fall means a weak return. Left is deep, up is strong.",
        lambda e, past: plots.trough_recovery(e, record=past.trough),
        "narrow",
    ),
    Kind(
        "infighting_network",
        "full",
        "Who did the fighting. Thick black lines are what the war consisted of.",
        lambda e, past: plots.infighting_network(e, width=style.COLUMN + 1),
        "narrow",
    ),
    Kind(
        "infighting_compared",
        "full",
        "With whom it fought, beside the record. Thick where much of its fighting was.",
        lambda e, past: None if past.pairs is None else plots.infighting_compared(e, past.pairs),
    ),
    Kind(
        "alignment",
        "daily",
        "Who joined the war and when. A row that darkens early is a faction that leads; one that stays pale "
        "stays out.",
        lambda e, past: plots.alignment(e, record=past.joined, events=past.events),
    ),
    Kind(
        "people",
        "daily",
        "How many live under whom, a large town counting as 100,000.",
        lambda e, past: plots.over_time(
            e, "people", factions=fighters(e, "people"), record=past.people, events=past.events
        ),
    ),
    Kind(
        "men",
        "daily",
        "Strength in men, the government apart.",
        lambda e, past: plots.over_time(e, "men", factions=fighters(e)),
    ),
    Kind(
        "deaths_over_time",
        "daily",
        "The cost, by side. Marks are the dead that were counted at the time or since.",
        lambda e, past: plots.deaths_over_time(e, record=past.deaths, events=past.events),
    ),
    Kind(
        "control_raster",
        "daily",
        "One run of the commonest class, close to its median: a row is a town, from west to "
        "east, and a change of colour is a change of hands.",
        lambda e, past: plots.control_raster(e, typical_run(e), happenings=happenings_of(e, typical_run(e))),
    ),
)


def kinds_for(detail):
    """The figures that results of some detail allow."""
    return [kind for kind in KINDS if DEPTH[kind.needs] <= DEPTH[detail]]


def draw(ensemble):
    """Draw every figure that an ensemble allows: each `Kind` with its Axes."""
    past = Past(ensemble.scenario, ensemble.days)
    for kind in kinds_for(ensemble.detail):
        drawn = kind.draw(ensemble, past)
        if drawn is not None:  # a comparison with a record that the scenario does not have
            yield kind, drawn


def embedded(name, reading, size, axes, manifest):
    """A figure for the page: SVG, or PNG where that is too heavy; without Axes why there is none."""
    if axes is None:
        return {"name": name, "missing": reading}
    content, form = saving.rendered(axes, "svg", manifest), "svg+xml"
    if len(content) > HEAVIEST:
        content, form = saving.rendered(axes, "png", manifest, dpi=DOTS), "png"
    figure = saving.figure_of(axes)
    wide, high = figure.get_size_inches()
    return {
        "name": name,
        "reading": reading,
        "size": size,
        "says": " ".join(part for part in (saving.title_of(figure), plots.caption_of(figure)) if part),
        "uri": f"data:image/{form};base64,{base64.b64encode(content).decode()}",
        "wide": round(100 * wide),
        "high": round(100 * high),
    }


def events_of(scenario):
    """Dated events that a scenario puts in once it has begun, a row for each day; None if there are none."""
    events = scenario.events
    dated = events[events["scripted"] == 1].drop_duplicates(["id", "date"])
    if not len(dated):
        return None
    focal = palette.looks(scenario)[scenario.focal].label
    proper = {scenario.focal: focal, "al": "al-", "qaeda": "Qaeda", "tell": "Tell", "abyad": "Abyad"}
    words = [" ".join(proper.get(w, w) for w in name.split("_")).replace("- ", "-") for name in dated["id"]]
    return dated.assign(label=words)[["date", "label"]]


def fighters(ensemble, column="men"):
    """The focal faction and the four others with most men (or people) on the first evening; no government."""
    scenario = ensemble.scenario
    regime = set(scenario.factions.loc[scenario.factions["side"] == "regime", "id"])
    daily = frames.daily_of(ensemble, column)
    first = daily[daily["day"] == 0].groupby("faction", observed=True)[column].mean()
    others = first[[name not in regime | {scenario.focal} for name in first.index]]
    return [scenario.focal, *others.sort_values(ascending=False, kind="stable").index[:4].astype(str)]


def typical_run(ensemble):
    """Number of the run of the commonest class that is nearest to the medians of that class."""
    runs = ensemble.runs
    common = runs["outcome"].astype(str).value_counts().sort_index(kind="stable").idxmax()
    part = runs[runs["outcome"].astype(str) == common]
    measured = part[["trough_share", "end_people_share", "trough_day"]]
    values = np.nan_to_num(measured.to_numpy(float), posinf=10)
    scale = values.std(axis=0)
    far = np.abs(values - np.median(values, axis=0)) / np.where(scale > 0, scale, 1)
    return int(part["run"].iloc[int(far.sum(axis=1).argmin())])


def happenings_of(ensemble, run):
    """What happened in one run, for the raster; None where these rules would not give that run again."""
    made = ensemble.tables.manifest
    same = (made["code"], made["scenario"]["hash"]) == (source_hash(), ensemble.scenario.hash)
    if not same or made["start"]:
        return None
    return ensemble.replay(run).explain(faction=ensemble.scenario.focal, day=(1, ensemble.days)).table
