"""Sponsorship: sponsors pay, and pay more to those who fight the focal faction (ODD 7).

Outside money moves what a faction can do, never whom it sides with: the evidence for that is null
(Gade, Hafez and Gabbay 2019: a shared sponsor neither joins nor parts).
"""

from sim.core.kernel import kernel
from sim.core.ledger import AID, book_money
from sim.core.snapshot import may_fight
from sim.core.state import ALLY, GULF_PRIVATE, GULF_STATE, TURKEY, WESTERN

READS = {
    "sponsors": "kind rewards budget flow spent",
    "patronage": "weight open",
    "fronts": "men",
    "factions": "treasury",
}
WRITES = {"sponsors": "spent", "factions": "treasury aid"}


@kernel
def money_given(budget, part, flow, bonus):
    """Money for one faction in a day, kUSD: ``budget * part * flow * (1 + bonus)``.

    part : the faction's share of the sponsor's interest. flow : 1 usual, 0 cut.
    bonus : extra share for fighting the focal faction.
    """
    return budget * part * flow * (1.0 + bonus)


@kernel
def multiplier(kind, p):
    """The parameter that scales this kind of sponsor."""
    if kind == GULF_STATE:
        return p.gulf
    if kind == GULF_PRIVATE:
        return p.private_gulf
    if kind == TURKEY:
        return p.turkey
    if kind == WESTERN:
        return p.western
    if kind == ALLY:
        return p.allies
    return 0.0


@kernel
def fights_focal(state, static, faction):
    """True if the faction is at war with the focal faction in a province where both have men."""
    focal = static.focal
    for p in range(len(state.fronts)):
        if (
            may_fight(state, p, faction, focal)
            and state.fronts[p, faction].men > 0
            and state.fronts[p, focal].men > 0
        ):
            return True
    return False


@kernel
def sponsorship(state, static, ledger, p):
    """Every sponsor pays every faction it backs."""
    for f in range(len(state.factions)):
        fights = fights_focal(state, static, f)
        aid = 0.0
        for s in range(len(state.sponsors)):
            sponsor, patron = state.sponsors[s], state.patronage[s, f]
            if patron.weight <= 0.0 or sponsor.budget <= 0.0:
                continue
            interest = 0.0
            for other in range(len(state.factions)):
                interest += state.patronage[s, other].weight
            bonus = p.war_bonus * sponsor.rewards if fights else 0.0
            flow = sponsor.flow * patron.open * multiplier(sponsor.kind, p)
            amount = money_given(sponsor.budget, patron.weight / interest, flow, bonus)
            sponsor.spent += amount
            aid += amount
        state.factions[f].aid = aid
        book_money(ledger, state, f, AID, aid)
