"""The live view of a stepped world: what it says of an evening, and how it follows the world."""

import json
import pickle
import sys
from collections import Counter

import nbformat
import pytest
from nbclient import NotebookClient

import sim
from sim.core.measures import DAILY
from sim.report import today, world

pytest.importorskip("ipyvue", reason="pip install '.[notebook]'")
DAYS = 8


@pytest.fixture(scope="module")
def played():
    """A world, its view, and what it showed on every evening."""
    model = sim.RebelConflict(seed=1)
    view = sim.view(model)
    seen = [json.loads(view.frame)]
    for _ in range(DAYS):
        view.vue_step()
        seen.append(json.loads(view.frame))
    return model, view, seen


def test_an_evening_is_that_of_the_model(played):
    model, view, seen = played
    stage, frame = json.loads(view.stage), seen[-1]
    assert (frame["day"], frame["last"], stage["days"]) == (DAYS, DAYS, model.days)
    names = [*model.faction_ids, "none", "contested"]
    towns = dict(zip(stage["ids"], (names[row] for row in frame["holders"]), strict=True))
    assert towns == {name: model.history("towns", "holder", name)[-1] for name in model.town_ids}
    assert frame["men"] == [town.strength for town in model.towns.values()]
    assert sum(frame["courses"]["towns"][key][DAYS] for key in frame["courses"]["towns"]) == sum(
        model.history("factions", "towns", name)[-1] for name in model.faction_ids
    )
    assert (
        sum(frame["courses"]["men"][key][DAYS] for key in frame["courses"]["men"]) == model.strengths().sum()
    )
    entries = model.explain(day=DAYS).table
    fought = entries[entries["what"].isin(["killed", "bombed"]) & (entries["men"] > 0)]["town"]
    assert {stage["ids"][row] for row in frame["fights"]} == set(fought)


def test_columns_are_drawn_where_they_march(played):
    model, view, seen = played
    whole, part = seen[-1]["columns"]
    drawn, on_road = Counter(), Counter()
    for *_, look, men, _, _ in whole:
        drawn[look] += men
    stage = json.loads(view.stage)
    for column in model.columns.itertuples():
        on_road[stage["holders"][model.faction_ids.index(column.faction)][1]] += column.men
    assert set(drawn) <= set(on_road)
    assert all(men <= on_road[look] for look, men in drawn.items())  # a few march alone, too small to draw
    assert sum(drawn.values()) > 0.8 * sum(on_road.values())
    assert 0 < len(part) <= len(whole)
    for drawing, view_ in ((whole, stage["views"][0]), (part, stage["views"][1])):
        assert all(0 < x < view_["wide"] and 0 < y < view_["high"] for x, y, *_ in drawing)


def test_one_goes_back_to_an_evening_as_it_was(played):
    _, view, seen = played
    for day in (0, 3, DAYS):
        view.vue_show(day)
        back = json.loads(view.frame)
        for name in ("day", "holders", "men", "fights", "columns", "headline", "told"):
            assert back[name] == seen[day][name], name
    for day in (-1, DAYS + 1, 2.5):
        with pytest.raises(ValueError, match="day = "):
            view.show(day)


def test_words_of_a_day_say_what_the_ledger_says(played):
    model, _, seen = played
    for day in range(1, DAYS + 1):
        told = dict(map(tuple, seen[day]["told"]))
        table = model.explain(day=day).table
        before, after = (today.holders_on(model, each) for each in (day - 1, day))
        changed = sum(a != b for a, b in zip(before, after, strict=True))
        lines = told.get("Changes hands", [])
        more = int(lines[-1].split()[1]) - 1 if lines and lines[-1].startswith("and ") else 0
        assert len(lines) + more == changed
        dead = table[table["what"].isin(today.DEADLY)]["men"].sum()
        assert told["Losses"][0].startswith(f"{dead:,} dead: ")
        assert ("From the record" in told) == bool((table["what"] == "event").any())
    assert seen[0]["told"][0][0] == "The evening before"


def test_whatever_steps_the_world_moves_its_views_alone():
    model = sim.RebelConflict(seed=1, days=5)
    one, other = sim.view(model), sim.view(model)
    model.run(2)
    assert [json.loads(view.frame)["day"] for view in (one, other)] == [2, 2]
    model.fork().run(1)
    pickle.loads(pickle.dumps(model)).step()
    other.close()
    model.step()
    assert [json.loads(view.frame)["day"] for view in (one, other)] == [3, 2]
    for _ in range(4):
        one.vue_step()  # past its horizon nothing is played
    assert model.day == 5
    twin = sim.RebelConflict(seed=1, days=5).run()
    assert all(
        model.history("factions", name, "isis") == twin.history("factions", name, "isis") for name in DAILY
    )


def test_a_town_that_is_chosen_is_described_and_kept_up_to_date():
    view = sim.view(sim.RebelConflict(seed=1))
    view.vue_pick("raqqa")
    view.vue_step()
    card, raqqa = json.loads(view.card), view.model.town("raqqa")
    assert card == json.loads(json.dumps(world.card(view.model, "raqqa")))
    assert f"{raqqa.strength:,} armed men" in card["facts"]
    assert ["ISIS", raqqa.local["isis"], raqqa.mobile["isis"]] in [row[:3] for row in card["rows"]]
    assert "in the record: " in card["facts"]
    longer = [f for f in view.model.factions.values() if len(f.label) > 20]
    assert not [line for line in card["lines"] for f in longer if f.label in line or f.name in line]
    assert card["arabic"] == "الرقة"
    view.vue_pick("")
    assert view.card == ""


def test_of_a_world_without_a_ledger_it_says_what_it_cannot_tell():
    view = sim.view(sim.RebelConflict(seed=1, explain=False))
    view.vue_pick("raqqa")
    view.vue_step()
    frame = json.loads(view.frame)
    assert frame["told"][-1] == ["Not known", [today.NO_LEDGER]]
    assert (frame["fights"], json.loads(view.card)["lines"]) == ([], [])


def test_what_is_no_stepped_world_is_refused():
    with pytest.raises(TypeError, match="model = 'truce': expected a stepped world, such as"):
        sim.view("truce")


def test_without_its_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipyvue", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'infighting\[notebook\]'"):
        sim.view(sim.RebelConflict(seed=1))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_in_a_real_kernel_its_buttons_step_the_world(monkeypatch):
    cells = (
        "import sim\nmodel = sim.RebelConflict(seed=1)\nview = sim.view(model)\nview",
        "print(view.model_id)",
        "print(model.day, view.town)",
        "model.run(2);",
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, timeout=300, kernel_name="python3")
    with client.setup_kernel():
        shown = client.execute_cell(notebook.cells[0], 0)["outputs"][0]["data"]
        client.execute_cell(notebook.cells[1], 1)
        widget = shown["application/vnd.jupyter.widget-view+json"]["model_id"]
        assert notebook.cells[1]["outputs"][0]["text"].strip() == widget
        for event, data in (("step", None), ("step", None), ("pick", "azaz")):
            content = {"method": "custom", "content": {"event": event, "data": data}}
            message = client.kc.session.msg("comm_msg", {"comm_id": widget, "data": content})
            client.kc.shell_channel.send(message)
        client.execute_cell(notebook.cells[2], 2)
        assert notebook.cells[2]["outputs"][0]["text"].strip() == "2 azaz"
        client.execute_cell(notebook.cells[3], 3)
    state = client.widget_state[widget]
    assert json.loads(state["frame"])["day"] == 4
    assert json.loads(state["card"])["id"] == "azaz"
    assert state["_model_module"] == "jupyter-vue"
