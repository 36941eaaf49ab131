"""What history left, day by day, to hold a run's outcome against; no run reads it (ODD 4, observation)."""

import datetime

import numpy as np
import pandas as pd

from sim.core.measures import MOST_PEOPLE
from sim.core.outcomes import MEANINGS, classify
from sim.scenario import scenarios_folder


def read_record(scenario):
    """Spells of control that history left, for this scenario or the nearest parent that has them.

    Parameters
    ----------
    scenario : Scenario
        A scenario; a variant is held against the record of its parent.

    Returns
    -------
    pandas.DataFrame or None
        Columns ``town``, ``from``, ``to`` (days), ``holder``, ``focal_role`` and the rest as in the file.
    """
    file = record_file(scenario, "control.csv")
    if file is None:
        return None
    spells = pd.read_csv(file, keep_default_na=False)
    for column in ("from", "to"):
        spells[column] = [scenario.day(datetime.date.fromisoformat(d)) for d in spells[column]]
    return spells


def record_file(scenario, name):
    """A file of the record of a scenario or of the nearest parent that has it; None where none has."""
    folders = [scenario.folder, *(scenarios_folder() / parent for parent in scenario.parents)]
    files = (folder / "record" / name for folder in folders)
    return next((file for file in files if file.exists()), None)


def held_by(spells, scenario, meaning):
    """Whether the focal faction held each town on each day.

    Parameters
    ----------
    spells : pandas.DataFrame
        As from `read_record`.
    scenario : Scenario
        Names the towns and the focal faction.
    meaning : {"holder", "sole", "any"}
        What "held" means.

    Returns
    -------
    numpy.ndarray of bool, (towns, days + 1)
        From day 0 to the last day recorded. A town without a row keeps its last known state.
    """
    held = {
        "holder": spells["holder"] == scenario.focal,
        "sole": spells["focal_role"] == "sole",
        "any": spells["focal_role"].isin(["sole", "shared"]),
    }[meaning]
    last = int(spells["to"].max())
    row = {town: i for i, town in enumerate(scenario.town_ids)}
    out = np.zeros((len(row), last + 1), bool)
    order = np.argsort(spells["from"].to_numpy(), kind="stable")
    for i in order:
        out[row[spells["town"].iloc[i]], max(0, spells["from"].iloc[i]) :] = held.iloc[i]
    return out


def record_series(scenario):
    """People and towns the focal faction held by the record, under each meaning of held.

    Parameters
    ----------
    scenario : Scenario
        The scenario to be compared.

    Returns
    -------
    dict of dict of numpy.ndarray, or None
        ``[meaning]["people" | "towns" | "men"]``, each (1, days + 1); men are NaN: nobody counted them.
    """
    spells = read_record(scenario)
    if spells is None:
        return None
    people = scenario.towns["people"].clip(upper=MOST_PEOPLE).to_numpy(float)
    out = {}
    for meaning in MEANINGS:
        held = held_by(spells, scenario, meaning)
        towns = held.sum(0, keepdims=True).astype(float)
        out[meaning] = {
            "people": people[None] @ held,
            "towns": towns,
            "men": np.full(towns.shape, np.nan),
        }
    return out


def record_classes(scenario, params, days):
    """The record's own class under each meaning of held, and the last day it was judged on.

    Parameters
    ----------
    scenario : Scenario
        The scenario to be compared.
    params : Params
        Declares the thresholds of the classes.
    days : int
        Length of the runs it is to stand beside; the record is cut there if it goes further.

    Returns
    -------
    tuple of (dict of str, int) or (dict, None)
        Class by meaning of held; last day. Empty and None where there is no record.
    """
    series = record_series(scenario)
    if series is None:
        return {}, None
    classes = {}
    for meaning, whole in series.items():
        cut = {name: values[:, : days + 1] for name, values in whole.items()}
        classes[meaning] = str(classify(**cut, thresholds=params.outcomes)[0])
    return classes, cut["towns"].shape[1] - 1


def record_towns(scenario):
    """Number of towns the focal faction held by the record, day by day, for a figure.

    Parameters
    ----------
    scenario : Scenario
        The scenario to be compared.

    Returns
    -------
    pandas.DataFrame or None
        Columns ``day`` and ``towns``.
    """
    series = record_series(scenario)
    if series is None:
        return None
    towns = series["holder"]["towns"][0]
    return pd.DataFrame({"day": np.arange(len(towns)), "towns": towns})
