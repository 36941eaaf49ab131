"""What a stepped model records of every day: Mesa's data collector, filled from ``sim.core.measures``."""

from functools import partial

import numpy as np
from mesa.datacollection import DataCollector

from sim._util.validation import row_of
from sim.core import measures

TOWN_DAILY = {  # of every town, every day: column: (unit, meaning)
    "holder": ("", "faction in control, 'contested' or 'none'"),
    "focal": ("", "presence of the focal faction: sole, shared or none"),
    "people": ("persons", "civilians living in the town"),
    "men": ("men", "armed men of all factions in the town"),
    "focal_men": ("men", "armed men of the focal faction in the town"),
    "protest": ("1", "share of the people who protest against the holder"),
}


def measure_factions(model):
    """Every faction tonight: a list per column of ``sim.core.measures.DAILY``."""
    rows = np.zeros(len(model.faction_ids), measures.DAILY_ROW)
    measures.daily(model.state, model.static, model.ledger, model.params_row, model.day, rows)
    return {name: rows[name].tolist() for name in measures.DAILY}


def measure_focal(model):
    """The focal faction tonight: a number per name of ``sim.core.measures.SERIES``."""
    row = np.zeros(1, measures.SERIES_ROW)[0]
    measures.series(model.state, model.static, model.ledger, model.params_row, row)
    return {name: row[name].item() for name in measures.SERIES}


def measure_towns(model):
    """Every town tonight: a list per column of ``TOWN_DAILY``."""
    state, focal = model.state, model.static.focal
    holder, focal_presence = np.zeros((2, len(model.town_ids)), np.int64)
    measures.control(state, focal, model.params_row.outcomes.presence, holder, focal_presence)
    men = state.garrisons["local"] + state.garrisons["mobile"]
    names = {measures.NOBODY: "none", measures.CONTESTED: "contested", **dict(enumerate(model.faction_ids))}
    return {
        "holder": [names[h] for h in holder.tolist()],
        "focal": [measures.PRESENCE[p] for p in focal_presence.tolist()],
        "people": state.towns["people"].tolist(),
        "men": men.sum(axis=1).tolist(),
        "focal_men": men[:, focal].tolist(),
        "protest": state.towns["protest"].tolist(),
    }


def _measured(name, model):
    """Reporter of the data collector: a number measured today."""
    return model._history.today[name]


class History:
    """The days so far: a row a day for the focal faction, one per day and faction or town, and every entry.

    Attributes
    ----------
    collector : mesa.DataCollector
        Model reporters: day, date and ``sim.core.measures.SERIES``, from day 1, so that the last row is the
        last day for ``mesa.batch_run`` of every version. Tables ``"factions"`` (``measures.DAILY``) and
        ``"towns"`` (``TOWN_DAILY``): from day 0.
    dropped : int
        Entries that found no room in the ledger of their day.
    watchers : list of callable
        What is called after every day played.
    """

    def __init__(self, model):
        self.rows = {"factions": model.rows["faction"], "towns": model.rows["town"]}
        self.today = {}
        self.dropped, self.watchers = 0, []
        self._entries = []
        self._recorded = int(model.ledger.used)
        self.collector = DataCollector(
            model_reporters={name: partial(_measured, name) for name in ("day", "date", *measures.SERIES)},
            tables={"factions": ["day", "faction", *measures.DAILY], "towns": ["day", "town", *TOWN_DAILY]},
        )

    def write(self, model):
        """Measure the day just played and record it, with its entries."""
        self._recorded = 0
        self.record_entries(model)
        self.today = {"day": model.day, "date": model.date, **measure_focal(model)}
        if model.day > 0:
            self.collector.collect(model)
        measured = {"factions": measure_factions(model), "towns": measure_towns(model)}
        for table, columns in measured.items():
            names = list(self.rows[table])
            columns |= {"day": [model.day] * len(names), table.removesuffix("s"): names}
            for name, values in columns.items():
                self.collector.tables[table][name].extend(values)

    def __getstate__(self):
        """Everything but who watches, which stays in its process."""
        return vars(self) | {"watchers": []}

    def record_entries(self, model):
        """Record what was added to today's entries of the ledger since the last call."""
        ledger = model.ledger
        used, room = int(ledger.used), int(ledger.room)
        self._entries.append(ledger.entries[self._recorded : min(used, room)].copy())
        self.dropped += max(0, used - max(room, self._recorded))
        self._recorded = used

    @property
    def entries(self):
        """Entries of the ledger of every day so far, in one array of ``sim.core.ledger.ENTRY``."""
        if len(self._entries) > 1:
            self._entries = [np.concatenate(self._entries)]
        return self._entries[0]

    def of(self, table, column, name):
        """Values of one faction or town, one per day from day 0; of an unknown name the nearest is given."""
        tables = self.collector.tables
        values = row_of(f"column of {table}", column, row_of("table of the history", table, tables))
        rows = self.rows[table]
        return values[row_of(table.removesuffix("s"), name, rows) :: len(rows)]

    def columns(self):
        """Every column so far, by table; dates are left out, since they follow from days."""
        days = {name: column for name, column in self.collector.model_vars.items() if name != "date"}
        return {"model": days, **self.collector.tables}

    def restore(self, saved, entries, dropped, date):
        """Take over the columns and entries of a model or a file; ``date`` gives the date of a day."""
        self._entries, self.dropped = [entries], dropped
        for table, columns in self.columns().items():
            for name, column in columns.items():
                column[:] = saved[table][name]
        self.collector.model_vars["date"][:] = [date(day) for day in saved["model"]["day"]]
