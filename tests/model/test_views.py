"""Values by name: towns, factions and sponsors show the state, and what is collected stays as it was."""

import copy
import inspect
import json
import pickle

import mesa
import pandas as pd
import pytest

from sim.core.state import DYAD, FACTION, FRONT, GARRISON, PATRONAGE, SPONSOR, TOWN
from sim.model.views import UnknownNameError


@pytest.mark.parametrize(
    ("cls", "columns"),
    [
        ("town", TOWN | GARRISON),
        ("faction", FACTION | GARRISON | FRONT | DYAD),
        ("sponsor", SPONSOR | PATRONAGE),
    ],
)
def test_every_declared_column_is_a_documented_attribute(played, cls, columns):
    agent = next(iter(getattr(played, f"{cls}s").values()))
    for name in columns:
        assert inspect.getattr_static(type(agent), name).__doc__, name
        value = getattr(agent, name)
        if hasattr(value, "keys"):
            assert dict(value)


def test_attributes_show_the_state_of_this_moment(model):
    town, row = model.town("raqqa"), model.rows["town"]["raqqa"]
    for _ in range(3):
        model.step()
        assert list(town.grievance.values()) == model.state.garrisons["grievance"][row].tolist()
        assert town.protest == model.state.towns["protest"][row]


def test_rows_are_told_by_name(played):
    town = played.town("raqqa")
    assert town.holder in (*played.faction_ids, None)
    assert town.how_lost in ("never", "withdrawal", "deal", "storm", "surrender", "pledge")
    assert isinstance(town.contested, bool)
    assert town.goal["isis"] in (*played.town_ids, None)
    assert town.province == "Raqqa"
    assert set(town.neighbours) == set(played.roads["raqqa"])


def test_a_pair_is_one_number_from_both_sides(model):
    model.town("raqqa").fighters["isis"] = 777
    assert model.faction("isis").fighters["raqqa"] == 777
    model.faction("isis").grievance["raqqa"] = 0.25
    assert model.town("raqqa").grievance["isis"] == 0.25


def test_relations_by_faction_and_province(model):
    nusra = model.faction("jabhat_al_nusra")
    nusra.hostility["isis"]["Raqqa"] = 0.9
    assert nusra.hostility["isis", "Raqqa"] == 0.9
    nusra.hostility["isis", "Idlib"] = 0.1
    assert nusra.hostility["isis"]["Idlib"] == 0.1
    nusra.hostility["isis"] = 0.5
    assert set(nusra.hostility["isis"].values()) == {0.5}
    assert isinstance(nusra.war["isis"]["Raqqa"], bool)
    with pytest.raises(AttributeError, match="follows from the rules"):
        nusra.war["isis"]["Raqqa"] = True


@pytest.mark.parametrize(
    ("ask", "nearest"),
    [
        (lambda m: m.town("azazz"), "azaz"),
        (lambda m: m.town("Raqqa"), "raqqa"),
        (lambda m: m.faction("nusra"), "jabhat_al_nusra"),
        (lambda m: m.sponsor("quatar"), "qatar"),
        (lambda m: m.town("azaz").grievance["isi"], "isis"),
        (lambda m: m.faction("isis").cohesion["aleppo"], "Aleppo"),
        (lambda m: m.towns["tel_abyad"], "tell_abyad"),
    ],
)
def test_unknown_name_suggests_the_nearest(played, ask, nearest):
    with pytest.raises(UnknownNameError, match=f"did you mean '{nearest}'") as error:
        ask(played)
    assert isinstance(error.value, KeyError)


def test_names_complete_by_tab(played):
    assert "azaz" in dir(played.towns)
    assert played.towns.azaz is played.town("azaz")
    assert played.towns._ipython_key_completions_() == list(played.town_ids)
    assert "isis" in played.town("azaz").grievance._ipython_key_completions_()
    assert {"grievance", "fighters", "holder"} <= set(dir(played.town("azaz")))
    with pytest.raises(AttributeError, match="did you mean 'azaz'"):
        _ = played.towns.azazz


def test_agents_stand_on_the_road_network(model):
    assert isinstance(model.space, mesa.discrete_space.Network)
    assert [model.space[town].coordinate for town in model.town_ids] == list(range(len(model.town_ids)))
    assert (
        list(model.space)
        == [model.space[town] for town in model.town_ids]
        == [model.space[k] for k in range(60)]
    )
    assert [town.cell for town in model.towns.values()] == list(model.space)
    azaz = model.town("azaz")
    assert azaz.cell is model.space["azaz"]
    numbers = {model.towns[name].row for name in azaz.neighbours}
    assert set(azaz.cell.connections) == numbers == set(model.space.G[azaz.row])
    assert {model.space.G.nodes[k]["id"] for k in numbers} == set(model.roads["azaz"])
    with pytest.raises(UnknownNameError, match="did you mean 'azaz'"):
        model.space["azazz"]
    model.faction("isis").fighters["azaz"] = 50_000
    assert model.faction("isis").cell is azaz.cell
    assert model.faction("isis") in azaz.cell.agents
    assert len(model.agents) == len(model.towns) + len(model.factions) + len(model.sponsors)


def test_what_a_collector_reports_are_the_numbers_of_each_day(model):
    """Mesa copies what models report, and not what agents report."""
    collector = mesa.DataCollector(
        model_reporters={
            "men": lambda m: m.faction("isis").fighters,
            "n": lambda m: m.faction("isis").strength,
        },
        agenttype_reporters={type(model.faction("isis")): {"men": "fighters", "hostility": "hostility"}},
    )
    by_hand, seen = [], []
    for _ in range(3):
        model.step()
        collector.collect(model)
        by_hand.append(model.faction("isis").fighters)
        seen.append(model.state.garrisons[["local", "mobile"]][:, model.faction("isis").row].tolist())
    men = [[local + mobile for local, mobile in day] for day in seen]
    assert men[0] != men[2]
    assert [list(day.values()) for day in collector.get_model_vars_dataframe()["men"]] == men
    assert [list(day.values()) for day in by_hand] == men
    agents = collector.get_agenttype_vars_dataframe(type(model.faction("isis")))
    mine = agents.xs(model.faction("isis").unique_id, level="AgentID")
    assert [list(day.values()) for day in mine["men"]] == men


def test_copies_of_views_are_plain_numbers(model):
    hostility, fighters = model.faction("isis").hostility, model.faction("isis").fighters
    for one in (hostility, fighters):
        for made in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one)), one.copy()):
            assert type(made) is dict
            assert made == one
    taken = copy.deepcopy(fighters)
    fighters["raqqa"] += 7
    assert fighters["raqqa"] == taken["raqqa"] + 7
    assert type(copy.copy(hostility)["ypg"]) is dict
    assert json.loads(json.dumps(fighters)) == fighters
    assert pd.Series(fighters)["raqqa"] == fighters["raqqa"]


def test_a_view_that_is_out_of_date_does_not_overwrite(model):
    local, fighters = model.town("raqqa").local, model.town("raqqa").fighters
    local["isis"] += 5
    with pytest.raises(
        ValueError, match=r"fighters of raqqa \['isis'\] has changed since this view was made"
    ):
        fighters["isis"] += 5
    model.town("raqqa").fighters["isis"] += 5


def test_views_neither_gain_nor_lose_names(model):
    fighters = model.town("raqqa").fighters
    for change in (
        dict.clear,
        lambda view: view.clear(),
        lambda view: view.pop("isis"),
        lambda v: v.popitem(),
    ):
        if change is not dict.clear:
            with pytest.raises(TypeError, match="one value for every faction"):
                change(fighters)
    fighters.update({"isis": 3, "ypg": 4})
    fighters |= {"ypg": 5}
    assert (model.town("raqqa").fighters["isis"], model.town("raqqa").fighters["ypg"]) == (3, 5)
