"""The groups of parameters, in the order of the day; a new process adds an import and a field, here alone."""

from dataclasses import dataclass, field, fields

from sim.params.alignment import Alignment
from sim.params.bargains import Bargains
from sim.params.battle import Battle
from sim.params.events import Events
from sim.params.finance import Finance
from sim.params.grievance import Grievance
from sim.params.manpower import Manpower
from sim.params.march import March
from sim.params.outcomes import Outcomes
from sim.params.plans import Plans
from sim.params.protest import Protest
from sim.params.provocation import Provocation
from sim.params.raids import Raids
from sim.params.recovery import Recovery
from sim.params.retaliation import Retaliation
from sim.params.risings import Risings
from sim.params.sponsorship import Sponsorship
from sim.params.support import Support


@dataclass
class Params:
    """The model's parameters, one group per process, and the thresholds of outcomes.

    Meanings, units, bounds and sources are in their declarations, in `sim.params.table` and in
    ``sim/PARAMETERS.md``. A whole set is checked where it is used; `sim.params.with_values` makes a changed
    one.

    Examples
    --------
    >>> Params().plans.withdrawal, Params().march.passage
    (True, 0.3)
    """

    events: Events = field(default_factory=Events)
    sponsorship: Sponsorship = field(default_factory=Sponsorship)
    finance: Finance = field(default_factory=Finance)
    grievance: Grievance = field(default_factory=Grievance)
    support: Support = field(default_factory=Support)
    protest: Protest = field(default_factory=Protest)
    provocation: Provocation = field(default_factory=Provocation)
    alignment: Alignment = field(default_factory=Alignment)
    plans: Plans = field(default_factory=Plans)
    risings: Risings = field(default_factory=Risings)
    march: March = field(default_factory=March)
    battle: Battle = field(default_factory=Battle)
    raids: Raids = field(default_factory=Raids)
    retaliation: Retaliation = field(default_factory=Retaliation)
    bargains: Bargains = field(default_factory=Bargains)
    manpower: Manpower = field(default_factory=Manpower)
    recovery: Recovery = field(default_factory=Recovery)
    outcomes: Outcomes = field(default_factory=Outcomes)


PROCESSES = tuple(f.name for f in fields(Params) if f.name != "outcomes")
