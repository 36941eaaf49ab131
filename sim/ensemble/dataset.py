"""Tables of runs as an `xarray.Dataset`: dimensions, coordinates and units, to compute with labels."""

from typing import Any

import numpy as np
import pandas as pd

from sim import __version__
from sim._util import validation
from sim.core.measures import DAILY, SERIES
from sim.ensemble.frames import RUNS
from sim.params import declared

TABLES = {  # table: its dimensions after that of points, and (unit, meaning) of its columns
    "runs": (("run",), RUNS),
    "focal": (("run", "day"), {name: told[1:] for name, told in SERIES.items()}),
    "daily": (("run", "day", "faction"), {name: told[1:] for name, told in DAILY.items()}),
    "control": (("run", "day", "town"), {"holder": ("", "who holds it"), "isis": ("", "presence of ISIS")}),
}
MEANINGS = {
    "point": "number of a point of the design",
    "run": "number of the run; run k has the same random numbers at every point",
    "day": "evening of the day, 0 is the eve",
    "faction": "id of the faction",
    "town": "id of the town",
}


def to_dataset(ensemble, table) -> Any:
    """See `Ensemble.to_xarray`."""
    validation.one_of("table", table, TABLES)
    try:
        import xarray
    except ImportError:
        raise ValueError("xarray is not installed: pip install 'infighting[xarray]'") from None
    dimensions, columns = TABLES[table]
    dimensions = dimensions if ensemble.points is None else ("point", *dimensions)
    frame = getattr(ensemble, table)
    if table == "control":
        data = xarray.Dataset(*_control(frame, ensemble, dimensions))
    else:
        words = frame.select_dtypes("category").columns
        frame = frame.astype(dict.fromkeys(words, object)).set_index(list(dimensions))
        data = xarray.Dataset.from_dataframe(frame)
    for name, (unit, meaning) in columns.items():
        if name in data.data_vars:
            data[name].attrs |= {"long_name": meaning} | ({"units": unit} if unit else {})
    for name in dimensions:
        data[name].attrs["long_name"] = MEANINGS[name]
    return data.assign_coords(_more(ensemble, data)).assign_attrs(
        title=ensemble.scenario.title,
        scenario=ensemble.scenario.name,
        seed=ensemble.seed,
        draw=ensemble.draw,
        source=f"infighting {__version__}",
    )


def _control(frame, ensemble, dimensions):
    """Who holds every town on every day, as codes with their meanings: the changes filled forward."""
    levels = {
        "point": np.unique(frame["point"]) if "point" in dimensions else None,
        "run": np.unique(frame["run"]),
        "day": np.arange(ensemble.days + 1),
        "town": np.array(frame["town"].cat.categories, object),
    }
    levels = {name: levels[name] for name in dimensions}
    codes = frame.assign(town=frame["town"].cat.codes)
    place = tuple(
        codes[name] if name in ("day", "town") else np.searchsorted(levels[name], codes[name])
        for name in dimensions
    )
    day, found = dimensions.index("day"), {}
    for column in ("holder", "isis"):
        values = np.full([len(level) for level in levels.values()], -1, np.int8)
        values[place] = frame[column].cat.codes
        by_day = np.moveaxis(values, day, 0)
        for today, yesterday in zip(by_day[1:], by_day, strict=False):
            today[today < 0] = yesterday[today < 0]
        words = frame[column].cat.categories
        flags = {"flag_values": np.arange(len(words), dtype=np.int8), "flag_meanings": " ".join(words)}
        found[column] = (dimensions, values, flags)
    return found, levels


def _more(ensemble, data):
    """Coordinates beside the dimensions: dates, where towns lie, and what a design changes."""
    scenario, found = ensemble.scenario, {}
    if "day" in data.dims:
        dates = pd.to_datetime([scenario.date(day) for day in range(ensemble.days + 1)])
        found["date"] = ("day", dates.to_numpy("datetime64[ns]"))
    if "town" in data.dims:
        towns = scenario.towns.set_index("id").loc[data["town"].to_numpy()]
        found |= {name: ("town", towns[name].to_numpy()) for name in ("latitude", "longitude")}
    if "point" in data.dims:
        for name, values in ensemble.points.loc[data["point"].to_numpy()].items():
            told = declared().get(name)
            about = {} if told is None else {"long_name": told.meaning, "units": told.unit}
            found[name] = ("point", values.to_numpy(), about)
    return found
