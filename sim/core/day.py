"""One day: the schedule (ODD 3). The only place that says what happens when."""

from sim.core.kernel import kernel
from sim.core.ledger import start_day
from sim.core.processes.alignment import alignment
from sim.core.processes.bargains import bargains
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
from sim.core.processes.risings import risings
from sim.core.processes.sponsorship import sponsorship
from sim.core.processes.support import support
from sim.core.snapshot import list_wars, take_snapshot


@kernel
def day(state, static, ledger, p, key, now):
    """Run day ``now`` (1 is the first) in place.

    state, static, ledger : as made by sim.scenario.build.build and sim.core.ledger.empty_ledger; static is
    only read.
    p : one row of sim.params.rows.
    key : the run's 64-bit key of chance.
    """
    start_day(ledger)
    if p.events.on:
        events(state, static, ledger, key, now, p.events)
    # After the events, which change who is at war, and before anybody decides: all see the same morning.
    take_snapshot(state, static, now, p.plans, p.march.distance)
    if p.sponsorship.on:
        sponsorship(state, static, ledger, p.sponsorship)
    if p.finance.on:
        finance(state, static, ledger, p.finance)
    if p.grievance.on:
        grievance(state, static, p.grievance)
    if p.support.on:
        support(state, static, p.support)
    if p.protest.on:
        protest(state, p.protest)
    if p.provocation.on:
        provocation(state, static, ledger, key, now, p.provocation)
    # New wars and truces hold on the same day; the rest of the snapshot stays that of the morning.
    if p.alignment.on and alignment(state, static, ledger, key, now, p.alignment) > 0:
        list_wars(state, static, now)
    if p.plans.on and plans(state, static, ledger, key, now, p) > 0:
        list_wars(state, static, now)
    if p.risings.on:
        risings(state, static, ledger, key, now, p.risings)
    if p.march.on:
        march(state, static, ledger, key, now, p.march)
    if p.battle.on:
        battle(state, static, ledger, key, now, p.battle, p.march)
    if p.raids.on:
        raids(state, static, ledger, key, now, p.raids)
    if p.retaliation.on:
        retaliation(state, static, ledger, key, now, p.retaliation)
    if p.bargains.on:
        bargains(state, static, ledger, key, now, p.bargains, p.march)
    if p.manpower.on:
        manpower(state, static, ledger, key, now, p.manpower)
    if p.recovery.on:
        recovery(state, p.recovery)
