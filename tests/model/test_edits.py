"""Changes by hand: booked, checked, and refused where nothing would follow from them."""

import networkx as nx
import numpy as np
import pytest
from stepped import DAYS, bits

from sim.core.ledger import EDITED, EDITED_MONEY, EDITED_WEAPONS
from sim.model import RebelConflict
from sim.model.views import UnknownNameError


def test_men_set_by_hand_are_booked(model):
    isis, row = model.faction("isis"), model.rows["faction"]["isis"]
    before, booked = isis.strength, int(model.ledger.flows[row, EDITED])
    old = isis.fighters["raqqa"]
    isis.fighters["raqqa"] = old + 500
    isis.fighters["raqqa"] = old - 10
    assert isis.strength - before == model.ledger.flows[row, EDITED] - booked == -10
    assert model.edits == [
        (DAYS, "fighters of isis ['raqqa']", old, old + 500),
        (DAYS, "fighters of isis ['raqqa']", old + 500, old - 10),
    ]


def test_local_and_mobile_keep_their_proportion(model):
    town = model.town("raqqa")
    town.local["isis"], town.mobile["isis"] = 100, 300
    town.fighters["isis"] = 200
    assert (town.local["isis"], town.mobile["isis"]) == (50, 150)
    town.fighters["isis"] = 0
    town.fighters["isis"] = 10
    assert (town.local["isis"], town.mobile["isis"]) == (2, 8)  # the faction's own share, 0.8


@pytest.mark.parametrize("men", [-1, 2.5, "many", True, None, float("nan")])
def test_only_whole_men_can_be_set(model, men):
    with pytest.raises(ValueError, match=r"fighters of azaz \['isis'\] is a whole number, zero or more"):
        model.town("azaz").fighters["isis"] = men


def test_money_set_by_hand_is_booked(model):
    isis = model.faction("isis")
    old = isis.treasury
    isis.treasury = old + 123.5
    assert isis.treasury == old + 123.5
    assert model.ledger.money[isis.row, EDITED_MONEY] == pytest.approx(123.5)
    with pytest.raises(ValueError, match="treasury of isis is a number, zero or more"):
        isis.treasury = -1


def test_weapons_set_by_hand_are_booked(model):
    isis = model.faction("isis")
    old = isis.weapons
    isis.weapons = old + 1000
    assert isis.weapons == old + 1000
    assert model.ledger.weapons[isis.row, EDITED_WEAPONS] == pytest.approx(1000)
    with pytest.raises(ValueError, match="weapons of isis is a number, zero or more"):
        isis.weapons = -1


def test_shares_of_support_still_add_to_one(model):
    town = model.town("azaz")

    def total():
        return sum(town.support.values()) + town.no_one

    start = total()
    town.support["isis"] = 0.6
    assert (town.support["isis"], total()) == (0.6, pytest.approx(1.0))
    town.no_one = 0.0
    town.support["isis"] = 1.0
    assert (town.no_one, total()) == (pytest.approx(0.0), pytest.approx(1.0))
    town.support["isis"] = 0.3
    assert (town.no_one, total()) == (pytest.approx(0.7), pytest.approx(1.0))
    assert start == pytest.approx(1.0)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), "high", True])
def test_shares_are_between_zero_and_one(model, value):
    with pytest.raises(ValueError, match=r"grievance of azaz \['isis'\] is a share between 0 and 1"):
        model.town("azaz").grievance["isis"] = value


def test_what_follows_from_rules_is_not_set_by_hand(model):
    with pytest.raises(AttributeError):
        model.town("azaz").uid = 3
    with pytest.raises(AttributeError, match="follows from the rules"):
        model.town("azaz").prisoners["isis"] = 3


def test_a_town_changes_hands_by_hand(model):
    model.town("azaz").holder = "ypg"
    assert model.town("azaz").holder == "ypg"
    assert "azaz" in model.faction("ypg").towns
    model.town("azaz").holder = None
    assert model.town("azaz").holder is None
    with pytest.raises(UnknownNameError, match="did you mean 'ypg'"):
        model.town("azaz").holder = "ypj"


def test_an_edit_changes_what_comes(played, model):
    other = played.fork()
    other.faction("isis").fighters["raqqa"] = 0
    assert bits(model.run(3)) != bits(other.run(3))


@pytest.mark.parametrize(
    "edit",
    [
        lambda m: m.faction("isis").fighters.update(raqqa=2_600_000_000),
        lambda m: m.faction("isis").local.update(raqqa=2**31 - 1),
        lambda m: m.town("azaz").mobile.update(isis=10**30),
        lambda m: setattr(m.town("azaz"), "people", 1e300),
        lambda m: setattr(m.faction("isis"), "treasury", 1e300),
        lambda m: setattr(m.faction("isis"), "legitimacy", -1e6),
        lambda m: setattr(m.faction("isis"), "weapons", float("inf")),
        lambda m: setattr(m.sponsor("qatar"), "budget", float("nan")),
        lambda m: m.sponsor("qatar").weight.update(ypg=-1),
        lambda m: m.faction("isis").hostility.update(ypg=float("nan")),
        lambda m: m.town("azaz").support.update(isis="half"),
        lambda m: setattr(m.town("azaz"), "no_one", 2),
        lambda m: setattr(m.town("azaz"), "holder", "nobody"),
        lambda m: setattr(m.town("azaz"), "open", "yes"),
    ],
)
def test_an_edit_that_is_refused_changes_nothing(model, edit):
    before, flows = model.state.tobytes(), model.ledger.tobytes()
    with pytest.raises((ValueError, KeyError)):
        edit(model)
    assert (model.state.tobytes(), model.ledger.tobytes(), model.edits) == (before, flows, [])


def test_men_of_many_edits_stay_within_what_the_tables_hold(model):
    model.faction("isis").fighters["raqqa"] = 900_000_000
    with pytest.raises(ValueError, match="a world holds at most 1,000,000,000 men"):
        model.faction("ypg").fighters["raqqa"] = 200_000_000
    model.step()
    assert model.strengths().min() >= 0
    model.faction("isis").fighters["raqqa"] = 10


@pytest.mark.parametrize("name", ["azaz", "isis", "qatar"])
def test_parts_of_the_scenario_cannot_be_removed(model, name):
    agent = {**model.towns, **model.factions, **model.sponsors}[name]
    with pytest.raises(TypeError, match=f"{name} is part of the scenario and cannot be removed"):
        agent.remove()
    assert agent in model.agents


def test_factions_stand_where_their_men_are(model):
    with pytest.raises(AttributeError, match="isis stands where most of its men are"):
        model.faction("isis").move_to(model.space["azaz"])
    with pytest.raises(AttributeError, match="isis stands where most of its men are"):
        model.faction("isis").cell = None


@pytest.mark.parametrize(
    "change",
    [
        lambda g: g.remove_edge(*next(iter(g.edges))),
        lambda g: g.add_edge(*list(g.nodes)[:2]),
        lambda g: g.remove_node(next(iter(g.nodes))),
        lambda g: g.clear(),
        lambda g: g.edges[next(iter(g.edges))].update(km=1),
        lambda g: g.nodes[next(iter(g.nodes))].__setitem__("latitude", 0.0),
    ],
)
def test_the_road_graph_cannot_be_changed(model, change):
    for roads in (model.roads, model.space.G):
        before = nx.to_dict_of_dicts(roads)
        with pytest.raises(nx.NetworkXError, match="no rule reads this graph, so it cannot be changed"):
            change(roads)
        assert nx.to_dict_of_dicts(roads) == before
        assert nx.Graph(roads).copy().number_of_edges() == roads.number_of_edges()


@pytest.mark.parametrize("value", [-1, 0.5, float("nan"), 10**9])
def test_men_given_at_the_start_are_whole_and_not_too_many(model, value):
    men = np.zeros((2, *model.state.garrisons.shape))
    men[0, 0, 0] = men[1, 2, 2] = value
    with pytest.raises(ValueError, match="local and mobile men"):
        RebelConflict(seed=1, men=men)
