"""The regime attacks by the odds, where its enemies are thin, and its pressure counts."""

import numpy as np
import pytest
from arena import at_war, bare, book, in_a_row, lookout, parameters
from test_rooms import PLANS

from sim.core.ledger import ADVANCED
from sim.core.processes.plans import plans
from sim.core.state import ATTACK
from sim.core.static import REGIME

pytestmark = pytest.mark.uncompiled
ARMY, FOCAL = 1, 2


def attacked(left=50, right=50, enemy=0, pressure=1.0, held=False, **plan):
    """Towns to which the army's 200 men in the middle one march, with so many of an enemy in the others.

    held : whether its front holds all of them.
    """
    static, state = bare(3, FOCAL + 1, km=in_a_row(3, 25.0), step=25.0)
    static.homes.native = 1
    static.kinds.side[ARMY] = REGIME
    state.theatre.pressure = pressure
    state.garrisons.mobile[1, ARMY], state.towns.holder[1] = 200, ARMY
    for town, men in ((0, left), (2, right)):
        state.garrisons.local[town, enemy], state.towns.holder[town] = men, enemy
    at_war(state, (enemy, ARMY))
    lookout(state, static)
    if held:
        state.snapshot.might[:, enemy] = 0.0
    ledger = book(state)
    p = parameters(
        plans=PLANS | {"advance": 1.0} | plan,
        march={"speed": 30.0, "distance": 60.0, "detour": 60.0},
        battle={"defence_multiplier": 1.5},
    )
    plans(state, static, ledger, np.uint64(7), 1, p)
    sent = state.columns[state.columns.mobile > 0]
    assert (sent.purpose == ATTACK).all()
    assert ledger.flows[ARMY, ADVANCED] == len(sent)
    return sent.goal.tolist()


@pytest.mark.parametrize("enemy", [0, FOCAL])
def test_it_attacks_the_thinner_town_of_rebels_and_of_the_focal_faction(enemy):
    assert attacked(left=60, right=40, enemy=enemy) == [2]
    assert attacked(left=40, right=60, enemy=enemy) == [0]


def test_it_leaves_alone_who_is_too_strong_unless_it_presses_harder():
    assert attacked(left=100, right=100) == []
    assert attacked(left=100, right=120, pressure=2.0) == [0]
    assert attacked(left=50, right=60, pressure=0.1) == []


def test_it_attacks_seldom():
    assert attacked(advance=0.0) == []


def test_men_its_front_holds_defend_their_town():
    """They are free for nothing else, but the very men who face it fight it."""
    assert attacked(left=100, right=100, held=True) == []
    assert attacked(left=60, right=40, held=True) == [2]
