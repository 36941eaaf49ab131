"""`explore.html` as a reader plays with it: in a real Chromium, without a window and without a network."""

import shutil

import numpy as np
import pytest
from browser import why_not
from fake_ensemble import fake_ensemble, keep

from sim.ensemble import load_results
from sim.plots import frames
from sim.report.writing import explore_page
from sim.scenario import load_scenario

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "Chromium is here")

RUNS = 60  # more than there are dots
HARM = "</script><script>window.harmed = 1</script><img src=x onerror='window.harmed = 2'>&\""


def page_of(place, *folders):
    """A page on some folders of results, as a file."""
    names = [folder.name for folder in folders]
    file = place / f"{'_'.join(names)}.html"
    file.write_text(explore_page(dict(zip(names, map(load_results, folders), strict=True)), folders))
    return file


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Two results of one seed, and one of the second world that went another way."""
    place = tmp_path_factory.mktemp("results")
    folders = []
    for name, strength in {"january_2014": 1.0, "truce": 1.3}.items():
        ensemble = fake_ensemble(RUNS, 120, scenario=load_scenario(name), strength=strength)
        ensemble.runs.loc[::4, "state"] = "broken"
        ensemble.runs.loc[::9, "state"] = "beaten"
        folders.append(keep(ensemble, place / name))
    return folders


@pytest.fixture(scope="module")
def pages(results, tmp_path_factory):
    place = tmp_path_factory.mktemp("pages")
    summary = keep(fake_ensemble(8, 40, scenario=load_scenario()), place / "summary", "summary")
    return {
        "one": page_of(place, results[0]),
        "two": page_of(place, *results),
        "summary": page_of(place, summary),
    }


every = pytest.mark.parametrize("opened", ["one", "two", "summary"], indirect=True)
one = pytest.mark.parametrize("opened", ["one"], indirect=True)
two = pytest.mark.parametrize("opened", ["two"], indirect=True)

SHOWN = "return Number(document.getElementById('count').dataset.shown)"
TICK = """const [head, name] = arguments, sets = [...document.querySelectorAll('fieldset')];
const set = sets.find((one) => one.querySelector('legend').textContent === head);
[...set.querySelectorAll('input')].find((box) => box.dataset.class === name).click();"""
CHOOSE = """const [id, value] = arguments, select = document.getElementById(id);
select.value = value; select.dispatchEvent(new Event('change'));"""
BETWEEN = """for (const [end, value] of Object.entries(arguments[0])) {
  const field = document.querySelector(`#range input[type=number][data-end=${end}]`);
  field.value = value; field.dispatchEvent(new Event('input'));
}"""
GO = """const day = document.getElementById('day');
day.value = arguments[0]; day.dispatchEvent(new Event('input'));"""
ROWS = """return Array.from(document.querySelectorAll('#towns-table tbody tr'),
  (row) => Array.from(row.cells, (cell) => cell.textContent))"""
CHANCES = """return Array.from(document.querySelectorAll('#states .chance'), (row) => [
  row.querySelector('.words').firstChild.textContent,
  row.querySelectorAll('circle').length,
  row.querySelectorAll('circle:not([fill="#fff"])').length,
  row.querySelector('svg[role=img]').getAttribute('aria-label')])"""
WAIT = """return new Promise((done) => setTimeout(
  () => done(Number(document.getElementById('day').value)), 600))"""
SAYS = "return document.querySelector(arguments[0]).textContent"


@every
def test_no_error_and_no_request_to_anywhere(opened):
    asked = opened.requests()
    assert opened.log("browser") == []
    assert {address for address in asked if not address.startswith("data:")} == {
        opened.run("return location.href")
    }


@one
@pytest.mark.parametrize("state", ["unbroken", "broken", "back", "beaten"])
def test_what_is_brushed_by_outcome_is_what_pandas_counts(opened, results, state):
    runs = load_results(results[0]).runs
    assert opened.run(SHOWN) == len(runs) == RUNS
    count = (runs["state"] == state).sum()
    assert 0 < count < RUNS
    opened.run(TICK, "what became of it at the end", state)
    assert opened.run(SHOWN) == RUNS - count
    options = "return [...document.querySelectorAll('[role=option]')].filter((one) => !one.hidden).length"
    assert opened.run(options) == opened.run("return document.getElementById('run').length") == RUNS - count
    assert f"{count} of {RUNS} histories" in opened.run(SAYS, "#states")


@one
def test_what_is_brushed_by_a_range_is_what_pandas_counts(opened, results):
    runs = load_results(results[0]).runs
    low, high = runs["end_people_share"].quantile([0.3, 0.7])
    opened.run(CHOOSE, "column", "end_people_share")
    opened.run(BETWEEN, {"low": low, "high": high})
    first = runs["end_people_share"].between(low, high)
    assert opened.run(SHOWN) == first.sum()
    opened.run(CHOOSE, "column", "regroup_day")  # many have none, and the other brush stays
    day = runs.loc[first, "regroup_day"].median()
    opened.run(BETWEEN, {"low": day})
    both = first & (runs["regroup_day"] >= day)
    assert 0 < both.sum() < first.sum()
    assert opened.run(SHOWN) == both.sum()
    lacking = (first & runs["regroup_day"].isna()).sum()
    assert f"{lacking} histor" in opened.run(SAYS, "#measure-words")
    opened.run("document.querySelector('#active button').click()")
    assert opened.run(SHOWN) == (runs["regroup_day"] >= day).sum()
    opened.run("document.querySelector('#presets button').click()")
    assert opened.run(SHOWN) == RUNS


@one
def test_those_in_which_it_is_not_back_are_one_click_away(opened, results):
    runs = load_results(results[0]).runs
    opened.run("document.querySelectorAll('#presets button')[2].click()")
    assert opened.run(SHOWN) == runs["state"].isin(["broken", "beaten"]).sum() > 0
    opened.run(CHOOSE, "column", "outcome")
    name = runs.loc[runs["state"] == "broken", "outcome"].astype(str).iloc[0]
    opened.run(TICK, "outcome", name)
    rest = runs["state"].isin(["broken", "beaten"]) & (runs["outcome"].astype(str) != name)
    assert opened.run(SHOWN) == rest.sum()


@two
def test_twins_are_brushed_by_either_world(opened, results):
    one, other = (load_results(folder).runs for folder in results)
    assert opened.run("return document.querySelectorAll('svg.map').length") == 4  # each whole, and a part
    opened.run(TICK, "january_2014: what became of it at the end", "back")
    opened.run(CHOOSE, "of", "1")
    opened.run(CHOOSE, "column", "end_towns")
    least = other["end_towns"].median()
    opened.run(BETWEEN, {"low": least})
    both = (one["state"] != "back") & (other["end_towns"] >= least)
    assert 0 < both.sum() < RUNS
    assert opened.run(SHOWN) == both.sum()


@two
@pytest.mark.parametrize("day", [0, 9, 120])
def test_the_table_of_towns_is_what_pandas_says_of_that_day(opened, results, day):
    opened.run("document.getElementById('town-details').open = true")
    opened.run(CHOOSE, "run", "7")
    opened.run(GO, day)
    rows = opened.run(ROWS)
    assert len(rows) == 60
    for k, ensemble in enumerate(map(load_results, results)):
        scenario = ensemble.scenario
        states, names = frames.control_at(ensemble, [day])
        focal = (states[0] == names.index("isis")).sum(axis=0)
        west_first = np.argsort(scenario.towns["longitude"].to_numpy(), kind="stable")
        assert [row[3 + 2 * k] for row in rows] == [f"in {focal[town]} of {RUNS}" for town in west_first]
        held = [names[states[0][7][town]] for town in west_first]
        ours = [row[2 + 2 * k] for row in rows]
        assert [name == "ISIS" for name in ours] == [name == "isis" for name in held]
        assert [name == "contested" for name in ours] == [name == "contested" for name in held]


@one
def test_dots_say_what_their_words_say(opened):
    rows = opened.run(CHANCES)
    assert len(rows) > 1
    assert all(words == f"in {filled} of {dots}" and words in label for words, dots, filled, label in rows)
    assert all(dots == 50 for _, dots, *_ in rows)
    assert sum(filled for _, _, filled, _ in rows) == 50


def press(window, key, code):
    """One key, as a keyboard sends it."""
    for kind in ("rawKeyDown", "keyUp"):
        window.tools("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)


@one
def test_a_keyboard_reaches_and_moves_everything(opened):
    reached = []
    for _ in range(60):
        press(opened, "Tab", 9)
        reached.append(
            opened.run(
                "const at = document.activeElement; return at.id || at.getAttribute('role') || at.tagName"
            )
        )
        if reached[-1] == "day":
            press(opened, "ArrowRight", 39)
            assert "3 January 2014, day 1" in opened.run(SAYS, "#date")
        if reached[-1] == "option":
            break
    assert {"column", "random", "play", "run", "before", "after", "mode", "day", "town", "option"} <= set(
        reached
    )
    before = opened.run("return document.querySelector('[role=option][aria-selected=true]').textContent")
    press(opened, "ArrowRight", 39)
    after = opened.run("return document.activeElement.textContent")
    assert after != before
    assert opened.run("return document.activeElement.getAttribute('aria-selected')") == "true"


@two
def test_all_that_is_worked_or_looked_at_has_a_name(opened):
    opened.tools("Accessibility.enable")
    nodes = opened.tools("Accessibility.getFullAXTree")["nodes"]
    wanted = {"button", "slider", "combobox", "checkbox", "spinbutton", "option", "image", "listbox"}
    found = [node for node in nodes if node.get("role", {}).get("value") in wanted and not node["ignored"]]
    assert {node["role"]["value"] for node in found} >= wanted - {"image"}
    assert [node["role"] for node in found if not node.get("name", {}).get("value", "").strip()] == []


@one
def test_a_random_history_plays_from_its_first_day(opened):
    opened.run(GO, 50)
    opened.run("document.getElementById('random').click()")
    assert opened.run("return document.getElementById('play').textContent") == "Pause"
    assert 0 < opened.run(WAIT) < 50
    opened.run("document.getElementById('play').click()")
    assert opened.run(WAIT) == opened.run(WAIT)


@every
def test_nothing_is_wider_than_the_page(opened):
    for width in (1280, 800, 400):
        opened.resize(width, 900)
        assert opened.run("return document.documentElement.scrollWidth") <= width


def test_names_with_markup_stay_words(window, tmp_path, monkeypatch):
    mine = tmp_path / "scenarios" / "hostile"
    shutil.copytree(load_scenario().folder, mine)
    text = (mine / "scenario.yaml").read_text()
    title = next(line for line in text.splitlines() if line.startswith("title:"))
    quoted = HARM.replace("'", "''")
    (mine / "scenario.yaml").write_text(text.replace(title, f"title: 'A war {quoted}'"))
    quoted = HARM.replace('"', '""')
    towns = (
        (mine / "towns.csv").read_text().replace("\nraqqa,Raqqa (al-Raqqa)", f'\nraqqa,"Raqqa {quoted}"', 1)
    )
    (mine / "towns.csv").write_text(towns)
    monkeypatch.chdir(tmp_path)
    scenario = load_scenario("hostile")
    assert any(HARM in name for name in scenario.towns["name"])
    file = page_of(tmp_path, keep(fake_ensemble(4, 20, scenario=scenario), tmp_path / "hostile"))
    assert "<script>window" not in file.read_text()
    window.log("browser")
    window.open(file.as_uri())
    assert window.run("return window.harmed ?? 'no'") == "no"
    assert HARM in window.run(SAYS, "h1")
    assert HARM in window.run(SAYS, "#town")
    assert window.log("browser") == []
