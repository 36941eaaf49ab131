"""Towns, factions and sponsors as Mesa agents: rows of the state, owning no number.

Every column that ``sim.core.state`` declares is an attribute: of the town itself, or a view by faction, town
or province, such as ``town.grievance["isis"]`` and ``faction.cohesion["Aleppo"]``. What may be set by hand
is listed here, with its check; everything else follows from the rules and is read-only.
"""

import itertools
import weakref

import mesa
import numpy as np
from mesa.discrete_space import CellAgent, FixedAgent

from sim._util.suggestions import suggest
from sim._util.validation import amount, count, no_attribute, number, row_of, share, yes_or_no
from sim.core.ledger import EDITED, EDITED_MONEY, EDITED_WEAPONS, book_money, book_weapons, record_flow
from sim.core.state import DYAD, FACTION, FRONT, GARRISON, HOW_LOST, PATRONAGE, SPONSOR, TOWN
from sim.model import display
from sim.model.views import View
from sim.scenario.read import short

MOST_MEN = 1_000_000_000  # in the whole world: columns of 32 bits hold them, and what may still join them


def within(check, low, high):
    """A check that also refuses what lies outside these bounds, where sums and powers would overflow."""

    def checked(what, value):
        value = check(what, value)
        if not low <= value <= high:
            raise ValueError(f"{what} is from {low:,} to {high:,}, not {value:,}")
        return value

    return checked


people = within(amount, 0, 100_000_000)  # of a town
money = within(amount, 0, 1_000_000_000)
armed = within(amount, 0, MOST_MEN)  # men that weapons arm
factor = within(amount, 0, 1_000)  # of what is usual
BY_HAND = {  # table: {column: check of a value set by hand}
    "towns": {"people": people, "weariness": share, "protest": share, "open": yes_or_no},
    "garrisons": {"grievance": share},
    "factions": {
        "command": share,
        "coercion": share,
        "services": share,
        "legitimacy": within(number, -100, 100),
        "threshold": share,
    },
    "fronts": {"cohesion": share},
    "dyads": {"hostility": share},
    "sponsors": {"budget": money, "flow": factor},
    "patronage": {"weight": factor, "open": share},
}
ROWS_OF_FACTIONS = ("holder", "captor", "lost_by")
ROWS_OF_TOWNS = ("goal", "target")
FLAGS = ("contested", "wants", "war")


class _Counters(weakref.WeakKeyDictionary):
    """Numbers for the agents of each model, forgotten with the model (mesa 3.3 would keep it alive)."""

    def __getitem__(self, model):
        return self.setdefault(model, itertools.count(1))


def named(model, column, value):
    """A value of the state as a person reads it: a name instead of a row, True instead of 1."""
    if column in ROWS_OF_FACTIONS:
        return model.faction_ids[value] if value >= 0 else None
    if column in ROWS_OF_TOWNS:
        return model.town_ids[value] if value >= 0 else None
    if column == "how_lost":
        return HOW_LOST[value]
    return bool(value) if column in FLAGS else value


def meaning(columns, name):
    """What a declared column means, with its unit: the docstring of the attribute."""
    kind, unit, text = columns[name]
    return f"{text} [{unit}]" if unit else f"{text} [{'number' if kind == 'f8' else 'code'}]"


def attributes(columns, make, *args):
    """Give an agent class an attribute per column, by ``make(name, meaning, *args)``; its own ones stay."""

    def decorate(cls):
        for name in columns:
            if name not in vars(cls):
                setattr(cls, name, make(name, meaning(columns, name), *args))
        return cls

    return decorate


def _own(name, text, table):
    check = BY_HAND[table].get(name)

    def get(self):
        return named(self.model, name, getattr(self.model.state, table)[name][self.row].item())

    def put(self, value):
        what = f"{name} of {self.name}"
        _write(self.model, getattr(self.model.state, table)[name], self.row, what, check(what, value))

    return property(get, put if check else None, doc=text)


def _write(model, cells, row, what, value):
    """Write a checked value into a column of the state, and book the edit."""
    old = cells[row].tolist()
    cells[row] = value
    model.edits.append((model.day, what, old, value))


def _view(name, text, kind, table, mine_first):
    """A view on a column with a row per pair, of which the agent's own row comes first or second."""

    def get(self):
        index = (self.row, slice(None)) if mine_first else (slice(None), self.row)
        return _view_of(self.model, f"{name} of {self.name}", kind, table, name, index)

    return property(get, doc=f"{text}; by {kind}")


def _view_of(model, what, kind, table, name, index):
    """The view on the cells of one column at this index of its table."""
    check = BY_HAND[table].get(name)

    def cells():
        return getattr(model.state, table)[name][index]

    def write(row, what, value):
        _write(model, cells(), row, what, check(what, value))

    def read():
        return [named(model, name, value) for value in cells().tolist()]

    return View(what, kind, model.rows[kind], read, write if check else None)


def _dyad_view(name, text):
    """A view by other faction, of views by province."""
    check = BY_HAND["dyads"].get(name)

    def get(self):
        model = self.model
        relations = model.state.dyads[name][:, self.row, :]

        def read():
            ends = [f"{name} of {self.name} towards {other}" for other in model.faction_ids]
            return [
                _view_of(model, what, "province", "dyads", name, (slice(None), self.row, other))
                for other, what in enumerate(ends)
            ]

        def write(other, what, value):
            _write(model, relations.T, other, what, check(what, value))

        return View(f"{name} of {self.name}", "faction", model.faction_ids, read, write if check else None)

    return property(get, doc=f"{text}; by other faction and province; set one faction to set all provinces")


def _men_view(kind, part, text):
    """A view on local, mobile or all armed men, by faction (of a town) or town (of a faction)."""

    def get(self):
        by_faction = kind == "faction"

        def read():
            garrisons = self.model.state.garrisons
            mine = garrisons[self.row] if by_faction else garrisons[:, self.row]
            return (mine["local"] + mine["mobile"] if part == "fighters" else mine[part]).tolist()

        def write(row, what, value):
            pair = (self.row, row) if by_faction else (row, self.row)
            set_men(self.model, *pair, part, count(what, value), what)

        return View(f"{part} of {self.name}", kind, self.model.rows[kind], read, write)

    return property(get, doc=f"{text} [men]; by {kind}; set by hand it enters the ledger as 'edited'")


def plain(kernel):
    """A compiled rule as ordinary Python: right where it runs once and compiling would take a second."""
    return getattr(kernel, "py_func", kernel)


def set_men(model, town, faction, part, men, what):
    """Set men of a faction in a town; the ledger books the difference as ``edited``.

    ``part`` is ``"local"``, ``"mobile"`` or ``"fighters"``: both, in the proportion they have.
    """
    garrison = model.state.garrisons[town, faction]
    local, mobile = int(garrison["local"]), int(garrison["mobile"])
    before = local + mobile
    if part == "fighters":
        part_mobile = mobile / before if before else float(model.static.kinds["mobile"][faction])
        mobile = round(men * part_mobile)
        local = men - mobile
    elif part == "local":
        local = men
    else:
        mobile = men
    after = local + mobile
    if after > before and int(model.strengths().sum()) + after - before > MOST_MEN:
        raise ValueError(f"{what} = {men:,}: a world holds at most {MOST_MEN:,} men")
    model.edits.append((model.day, what, before if part == "fighters" else int(garrison[part]), men))
    garrison["local"], garrison["mobile"] = local, mobile
    province = int(model.static.places["province"][town])
    entry = (model.day, EDITED, town, province, faction, -1, after - before, float(after), float(before))
    plain(record_flow)(model.ledger, *entry)
    model._history.record_entries(model)
    model._station_factions()


class Row(mesa.Agent):
    """An agent that is one row of a state table; its numbers live in ``model.state``."""

    _ids = _Counters()

    def __init__(self, model, row, name, title):
        super().__init__(model)
        self.row = row
        self.name = name
        self.title = title
        self.label = short(title)

    def remove(self):
        """Refuse: a row of the state cannot be taken out while the rules run over it."""
        raise TypeError(
            f"{self.name} is part of the scenario and cannot be removed: set its men to 0, or change the "
            f"scenario's tables"
        )

    def __getattr__(self, name):
        """Nothing is called that; the nearest name is given."""
        raise no_attribute(self, name)

    def __setattr__(self, name, value):
        """Set an attribute, unless it is a slip of the pen, which would leave the state as it was."""
        new = "label" in vars(self) and not hasattr(type(self), name) and name not in vars(self)
        if new and not name.startswith("_") and suggest(name, dir(type(self))):
            raise no_attribute(self, name)
        super().__setattr__(name, value)

    def __repr__(self):
        """Show what it is."""
        return f"<{type(self).__name__} {self.name}>"

    def _repr_html_(self):
        return display.agent(self)


@attributes(TOWN, _own, "towns")
@attributes(GARRISON, _view, "faction", "garrisons", True)
class Town(Row, FixedAgent):
    """A town: its people, what they think of each faction, and the men of each faction in it.

    Examples
    --------
    >>> import sim
    >>> azaz = sim.RebelConflict(seed=1).town("azaz")
    >>> azaz.holder
    'isis'
    >>> azaz.grievance["isis"] = 0.9
    >>> azaz.grievance["isis"]
    0.9
    """

    local = _men_view("faction", "local", "armed men who never leave their province")
    mobile = _men_view("faction", "mobile", "armed men who can be sent anywhere")
    fighters = _men_view("faction", "fighters", "armed men in the town, local and mobile")

    @property
    def holder(self):
        """Faction in control, or None; set by hand it changes hands without a fight."""
        return named(self.model, "holder", self.model.state.towns["holder"][self.row].item())

    @holder.setter
    def holder(self, faction):
        row = -1 if faction is None else row_of("faction", faction, self.model.rows["faction"])
        self.model.edits.append((self.model.day, f"holder of {self.name}", self.holder, faction))
        self.model.state.towns["holder"][self.row] = row

    @property
    def support(self):
        """Share of the people who back each faction; set one and the others give way in proportion."""
        support = self.model.state.garrisons["support"][self.row]

        def write(row, what, value):
            self._lean(support, row, what, share(what, value))

        return View(f"support of {self.name}", "faction", self.model.rows["faction"], support.tolist, write)

    @property
    def no_one(self):
        """Share of the people who support nobody; set it and the factions give way in proportion."""
        return self.model.state.towns["no_one"][self.row].item()

    @no_one.setter
    def no_one(self, value):
        what = f"no_one of {self.name}"
        self._lean(self.model.state.garrisons["support"][self.row], None, what, share(what, value))

    def _lean(self, support, row, what, value):
        """Set one share of support and scale the rest, so that all shares still add to one."""
        towns = self.model.state.towns
        old = towns["no_one"][self.row].item() if row is None else support[row].item()
        self.model.edits.append((self.model.day, what, old, value))
        rest = 1.0 - old
        scale = (1.0 - value) / rest if rest > 0.0 else 0.0
        support *= scale
        towns["no_one"][self.row] *= scale
        if row is None:
            towns["no_one"][self.row] = value
        else:
            support[row] = value
            if rest <= 0.0:
                towns["no_one"][self.row] = 1.0 - value

    @property
    def province(self):
        """Name of the province."""
        return self.model.provinces[self.model.static.places["province"][self.row]]

    @property
    def neighbours(self):
        """Km of road to each neighbouring town, by name."""
        links, km = self.model.static.links[self.row], self.model.static.link_km[self.row]
        return {self.model.town_ids[t]: float(d) for t, d in zip(links, km, strict=True) if t >= 0}

    @property
    def strength(self):
        """All armed men in the town [men]."""
        garrison = self.model.state.garrisons[self.row]
        return int(garrison["local"].sum() + garrison["mobile"].sum())


@attributes(FACTION, _own, "factions")
@attributes(GARRISON, _view, "town", "garrisons", False)
@attributes(FRONT, _view, "province", "fronts", False)
@attributes(DYAD, _dyad_view)
class Faction(Row, CellAgent):
    """An armed faction: money, arms, command, and its men by town and province.

    Its cell on the network is the town where most of its men are.

    Examples
    --------
    >>> import sim
    >>> isis = sim.RebelConflict(seed=1).faction("isis")
    >>> isis.fighters["raqqa"] = 2000
    >>> isis.fighters["raqqa"]
    2000
    """

    local = _men_view("town", "local", "armed men who never leave their province")
    mobile = _men_view("town", "mobile", "armed men who can be sent anywhere")
    fighters = _men_view("town", "fighters", "armed men in the town, local and mobile")

    @property
    def cell(self):
        """The cell of the town where most of its men are, or None; it moves with the men."""
        return self._mesa_cell

    @cell.setter
    def cell(self, cell):
        raise AttributeError(
            f"{self.name} stands where most of its men are: move the men, by .fighters[town]"
        )

    @property
    def treasury(self):
        """Money in hand [kUSD]; set by hand the difference enters the ledger as 'edited_money'."""
        return self.model.state.factions["treasury"][self.row].item()

    @treasury.setter
    def treasury(self, value):
        what, model, before = f"treasury of {self.name}", self.model, self.treasury
        value = money(what, value)
        model.edits.append((model.day, what, before, value))
        plain(book_money)(model.ledger, model.state, self.row, EDITED_MONEY, value - before)
        model.state.factions["treasury"][self.row] = value

    @property
    def weapons(self):
        """Weapons in hand, arms and ammunition for so many [men]; set by hand booked as 'edited_weapons'."""
        return self.model.state.factions["weapons"][self.row].item()

    @weapons.setter
    def weapons(self, value):
        what, model, before = f"weapons of {self.name}", self.model, self.weapons
        value = armed(what, value)
        model.edits.append((model.day, what, before, value))
        plain(book_weapons)(model.ledger, model.state, self.row, EDITED_WEAPONS, value - before)
        model.state.factions["weapons"][self.row] = value

    @property
    def support(self):
        """Share of each town's people who back it; set one and the town's other shares give way."""
        towns, support = list(self.model.towns.values()), self.model.state.garrisons["support"]

        def write(row, what, value):
            towns[row].support[self.name] = value

        return View(
            f"support of {self.name}", "town", self.model.rows["town"], support[:, self.row].tolist, write
        )

    @property
    def towns(self):
        """Names of the towns it controls."""
        held = np.flatnonzero(self.model.state.towns["holder"] == self.row)
        return tuple(self.model.town_ids[t] for t in held)

    @property
    def on_road(self):
        """Armed men in its columns on the road [men]."""
        columns = self.model.state.columns
        mine = columns["faction"] == self.row
        return int(columns["local"][mine].sum() + columns["mobile"][mine].sum())

    @property
    def strength(self):
        """All its armed men: in towns, on the road and hiding [men]."""
        return int(self.model.strengths()[self.row])


@attributes(SPONSOR, _own, "sponsors")
@attributes(PATRONAGE, _view, "faction", "patronage", True)
class Sponsor(Row):
    """An outside sponsor: its budget and what it pays each faction.

    It acts from outside the map, so that it has no cell on the network.

    Examples
    --------
    >>> import sim
    >>> sim.RebelConflict(seed=1).sponsor("western").open["fsa_smc_north"]
    0.0
    """
