"""Garrisons lose men, prisons open, towns change hands: shared by several processes (ODD 7)."""

from sim.core.kernel import kernel
from sim.core.ledger import CAPTURED_WEAPONS, RELEASED, TOOK, WORN, book_weapons, record_flow
from sim.core.snapshot import men_in
from sim.core.state import BY_NOBODY, BY_PLEDGE, BY_STORM, CONQUEST, PLEDGE, RECAPTURE


@kernel
def take_from(garrison, lost):
    """Remove men from a garrison, mobile and local in proportion."""
    from_local = int(lost) * int(garrison.local) // max(1, int(men_in(garrison)))
    garrison.local -= from_local
    garrison.mobile -= lost - from_local


@kernel
def lose_weapons(state, ledger, f, men, winner, spoils, won):
    """So many men lose their weapons: the winner wins the part ``spoils``, the rest is destroyed.

    won : weapons that each faction has won in this town's battle [for so many men], see `take_up`.
    spoils : part, 0 to 1.
    """
    faction = state.factions[f]
    lost = min(faction.weapons, men * faction.armed)
    book_weapons(ledger, state, f, CAPTURED_WEAPONS, -spoils * lost)
    book_weapons(ledger, state, f, WORN, -(1.0 - spoils) * lost)
    won[winner] += spoils * lost


@kernel
def take_up(state, ledger, won):
    """What was won in a town's battle is taken up after it: nobody loses there what it has just won."""
    for f in range(len(won)):
        book_weapons(ledger, state, f, CAPTURED_WEAPONS, won[f])
        won[f] = 0.0


@kernel
def free_prisoners(state, static, ledger, now, t):
    """Open the prison of a town: its prisoners hide nearby and find their way back from there."""
    for f in range(len(state.factions)):
        garrison = state.garrisons[t, f]
        if garrison.prisoners > 0:
            province = static.places[t].province
            record_flow(ledger, now, RELEASED, t, province, f, state.towns[t].captor, garrison.prisoners)
            garrison.sheltered += garrison.prisoners
            garrison.prisoners = 0


@kernel
def how_won(static, t, winner, how_lost):
    """Code of HOW_WON: pledged by those who went over, retaken by those who held it on the eve, or new."""
    if how_lost == BY_PLEDGE:
        return PLEDGE
    return RECAPTURE if static.homes[t, winner].held == 1 else CONQUEST


@kernel
def hand_over(state, static, ledger, now, t, winner):
    """The town passes to a new holder; the prison of its enemy opens."""
    town, province = state.towns[t], static.places[t].province
    loser = town.holder
    if loser >= 0:
        how = state.garrisons[t, loser].gave_up
        town.how_lost = how if how != BY_NOBODY else BY_STORM
        ledger.lost_towns[loser, town.how_lost] += 1
        state.fronts[province, loser].towns_lost += 1
        town.lost_by = loser
    if winner >= 0:
        ledger.won_towns[winner, how_won(static, t, winner, town.how_lost if loser >= 0 else BY_NOBODY)] += 1
        record_flow(ledger, now, TOOK, t, province, winner, loser, 1)
    town.taken = now
    town.holder = winner
    if town.captor >= 0 and winner >= 0 and state.dyads[province, winner, town.captor].war == 1:
        free_prisoners(state, static, ledger, now, t)
        town.captor = winner
