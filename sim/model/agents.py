"""Towns, factions and sponsors as Mesa agents: windows on rows of the state, owning nothing.

Every column that ``sim.core.state`` declares is an attribute: of the town itself, or a window by faction,
town or province, such as ``town.grievance["isis"]`` and ``faction.cohesion["Aleppo"]``. What may be set
by hand is listed here, with its check; everything else follows from the rules and is read-only.
"""

import itertools
import re
import weakref

import mesa
import numpy as np
from mesa.discrete_space import CellAgent, FixedAgent

from sim._util.suggestions import suggest
from sim._util.validation import amount, count, no_attribute, number, row_of, share, yes_or_no
from sim.core.state import DYAD, FACTION, FRONT, GARRISON, HOW_LOST, PATRONAGE, SPONSOR, TOWN
from sim.model import display
from sim.model.views import Window

BY_HAND = {  # table: {column: check of a value set by hand}
    "towns": {"people": amount, "weariness": share, "protest": share, "open": yes_or_no},
    "garrisons": {"grievance": share},
    "factions": {
        "arms": amount,
        "command": share,
        "coercion": share,
        "services": share,
        "legitimacy": number,
        "threshold": share,
    },
    "fronts": {"cohesion": share, "fear": share},
    "dyads": {"hostility": share},
    "sponsors": {"budget": amount, "flow": amount},
    "patronage": {"weight": amount, "open": share},
}
ROWS_OF_FACTIONS = ("holder", "captor", "lost_by")
ROWS_OF_TOWNS = ("goal",)
FLAGS = ("contested", "wants", "war")


class _Counters(weakref.WeakKeyDictionary):
    """Numbers for the agents of each model, forgotten with the model (mesa 3.3 would keep it alive)."""

    def __getitem__(self, model):
        return self.setdefault(model, itertools.count(1))


def said(model, column, value):
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


def short(title):
    """A name without what stands in brackets; of a long one the abbreviation in them.

    Examples
    --------
    >>> short("Jabhat al-Nusra (JN)"), short("Islamic State of Iraq and al-Sham (ISIS/ISIL)")
    ('Jabhat al-Nusra', 'ISIS')
    """
    plain, _, brackets = title.partition(" (")
    abbreviation = re.match(r"[A-Z]{2,}", brackets)
    return abbreviation.group() if abbreviation and len(plain) > 20 else plain


def own_columns(table, columns):
    """Give an agent class one property per column of its table; what the class defines itself stays."""

    def decorate(cls):
        for name in columns:
            if name not in vars(cls):
                setattr(cls, name, _own(table, name, meaning(columns, name)))
        return cls

    return decorate


def _own(table, name, text):
    check = BY_HAND[table].get(name)

    def get(self):
        return said(self.model, name, getattr(self.model.state, table)[name][self.row].item())

    def put(self, value):
        column = getattr(self.model.state, table)[name]
        value = check(f"{name} of {self.name}", value)
        self.model.book_edit(f"{name} of {self.name}", column[self.row].item(), value)
        column[self.row] = value

    return property(get, put if check else None, doc=text)


def windows_by(kind, table, columns, mine_first):
    """Give an agent class one window per column of a table with a row per pair.

    ``mine_first`` tells whether the agent's own row comes first or second in the table.
    """

    def decorate(cls):
        for name in columns:
            if name not in vars(cls):
                setattr(cls, name, _window(kind, table, name, mine_first, meaning(columns, name)))
        return cls

    return decorate


def _window(kind, table, name, mine_first, text):
    check = BY_HAND[table].get(name)

    def get(self):
        def at(row):
            return (self.row, row) if mine_first else (row, self.row)

        def read(row):
            return said(self.model, name, getattr(self.model.state, table)[name][at(row)].item())

        def write(row, what, value):
            value = check(what, value)
            self.model.book_edit(what, read(row), value)
            getattr(self.model.state, table)[name][at(row)] = value

        return Window(f"{name} of {self.name}", kind, self.model.rows[kind], read, write if check else None)

    return property(get, doc=f"{text}; by {kind}")


def _men_window(kind, part, text):
    """A window on local, mobile or all armed men, by faction (of a town) or town (of a faction)."""

    def get(self):
        def pair(row):
            return (self.row, row) if kind == "faction" else (row, self.row)

        def read(row):
            garrison = self.model.state.garrisons[pair(row)]
            return int(garrison["local"] + garrison["mobile"] if part == "fighters" else garrison[part])

        def write(row, what, value):
            self.model.set_men(*pair(row), part, count(what, value), what)

        return Window(f"{part} of {self.name}", kind, self.model.rows[kind], read, write)

    return property(get, doc=f"{text} [men]; by {kind}; set by hand it enters the ledger as 'edited'")


class Row(mesa.Agent):
    """An agent that is one row of a state table; its numbers live in ``model.state``."""

    _ids = _Counters()

    def __init__(self, model, row, name, title):
        super().__init__(model)
        self.row = row
        self.name = name
        self.title = title
        self.label = short(title)

    def __getattr__(self, name):
        """Nothing is called that; the nearest name is told."""
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


@own_columns("towns", TOWN)
@windows_by("faction", "garrisons", GARRISON, mine_first=True)
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

    local = _men_window("faction", "local", "armed men who never leave their province")
    mobile = _men_window("faction", "mobile", "armed men who can be sent anywhere")
    fighters = _men_window("faction", "fighters", "armed men in the town, local and mobile")

    @property
    def holder(self):
        """Faction in control, or None; set by hand it changes hands without a fight."""
        return said(self.model, "holder", self.model.state.towns["holder"][self.row].item())

    @holder.setter
    def holder(self, faction):
        row = -1 if faction is None else row_of("faction", faction, self.model.rows["faction"])
        self.model.book_edit(f"holder of {self.name}", self.holder, faction)
        self.model.state.towns["holder"][self.row] = row

    @property
    def support(self):
        """Share of the people who back each faction; set one and the others give way in proportion."""
        model = self.model

        def read(row):
            return model.state.garrisons["support"][self.row, row].item()

        def write(row, what, value):
            self._lean(model.state.garrisons["support"][self.row], row, what, share(what, value))

        return Window(f"support of {self.name}", "faction", model.rows["faction"], read, write)

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
        self.model.book_edit(what, old, value)
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


@own_columns("factions", FACTION)
@windows_by("town", "garrisons", GARRISON, mine_first=False)
@windows_by("province", "fronts", FRONT, mine_first=False)
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

    local = _men_window("town", "local", "armed men who never leave their province")
    mobile = _men_window("town", "mobile", "armed men who can be sent anywhere")
    fighters = _men_window("town", "fighters", "armed men in the town, local and mobile")

    @property
    def treasury(self):
        """Money in hand [kUSD]; set by hand the difference enters the ledger as 'edited_money'."""
        return self.model.state.factions["treasury"][self.row].item()

    @treasury.setter
    def treasury(self, value):
        self.model.set_money(self.row, amount(f"treasury of {self.name}", value), f"treasury of {self.name}")

    @property
    def support(self):
        """Share of each town's people who back it; set one and the town's other shares give way."""
        towns = list(self.model.towns.values())

        def read(row):
            return towns[row].support[self.name]

        def write(row, what, value):
            towns[row].support[self.name] = value

        return Window(f"support of {self.name}", "town", self.model.rows["town"], read, write)

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


def _dyad_window(name, text):
    """A window by other faction, of windows by province."""
    check = BY_HAND["dyads"].get(name)

    def get(self):
        model = self.model

        def read(other):
            return _province_window(self, name, other, check)

        def write(other, what, value):
            value = check(what, value)
            model.book_edit(what, model.state.dyads[name][:, self.row, other].tolist(), value)
            model.state.dyads[name][:, self.row, other] = value

        writer = write if check else None
        return Window(f"{name} of {self.name}", "faction", model.rows["faction"], read, writer)

    return property(get, doc=f"{text}; by other faction and province; set one faction to set all provinces")


def _province_window(faction, name, other, check):
    """A window by province on what one faction feels or does towards another."""
    model = faction.model
    whom = f"{name} of {faction.name} towards {model.faction_ids[other]}"

    def read(province):
        return said(model, name, model.state.dyads[name][province, faction.row, other].item())

    def write(province, what, value):
        value = check(what, value)
        model.book_edit(what, read(province), value)
        model.state.dyads[name][province, faction.row, other] = value

    return Window(whom, "province", model.rows["province"], read, write if check else None)


for _name in DYAD:
    setattr(Faction, _name, _dyad_window(_name, meaning(DYAD, _name)))


@own_columns("sponsors", SPONSOR)
@windows_by("faction", "patronage", PATRONAGE, mine_first=True)
class Sponsor(Row):
    """An outside sponsor: its budget and what it pays each faction.

    It acts from outside the map, so that it has no cell on the network.

    Examples
    --------
    >>> import sim
    >>> sim.RebelConflict(seed=1).sponsor("western").open["fsa_smc_north"]
    0.0
    """
