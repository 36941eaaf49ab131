"""One day: the schedule (ODD 3). The only place that says what happens when."""

from sim.core.kernel import kernel
from sim.core.ledger import open_day
from sim.core.processes.alignment import alignment
from sim.core.processes.battle import battle
from sim.core.processes.events import events
from sim.core.processes.finance import finance
from sim.core.processes.grievance import grievance
from sim.core.processes.manpower import manpower
from sim.core.processes.march import march
from sim.core.processes.plans import plans
from sim.core.processes.protest import protest
from sim.core.processes.provocation import provocation
from sim.core.processes.raids import raids
from sim.core.processes.recovery import recovery
from sim.core.processes.retaliation import retaliation
from sim.core.processes.sponsorship import sponsorship
from sim.core.processes.support import support
from sim.core.snapshot import list_wars, look


@kernel
def day(state, land, ledger, p, luck, now):
    """Play day ``now`` (1 is the first) in place.

    state, land, ledger : as made by sim.scenario.build.build and sim.core.ledger.empty_ledger; the land is
    only read.
    p : one row of sim.params.rows.
    luck : the run's 64-bit key of chance.
    """
    open_day(ledger)
    if p.events.on:
        events(state, land, ledger, luck, now, p.events)
    look(state, land, now, p.plans, p.march.distance)
    if p.sponsorship.on:
        sponsorship(state, land, ledger, p.sponsorship)
    if p.finance.on:
        finance(state, land, ledger, p.finance)
    if p.grievance.on:
        grievance(state, land, p.grievance)
    if p.support.on:
        support(state, land, p.support)
    if p.protest.on:
        protest(state, land, p.protest)
    if p.provocation.on:
        provocation(state, land, ledger, luck, now, p.provocation)
    if p.alignment.on and alignment(state, land, ledger, luck, now, p.alignment) > 0:
        list_wars(state, land, now)
    if p.plans.on and plans(state, land, ledger, luck, now, p) > 0:
        list_wars(state, land, now)
    if p.march.on:
        march(state, land, ledger, luck, now, p.march)
    if p.battle.on:
        battle(state, land, ledger, luck, now, p.battle, p.march)
    if p.raids.on:
        raids(state, land, ledger, luck, now, p.raids)
    if p.retaliation.on:
        retaliation(state, land, ledger, luck, now, p.retaliation)
    if p.manpower.on:
        manpower(state, land, ledger, luck, now, p.manpower)
    if p.recovery.on:
        recovery(state, p.recovery)
