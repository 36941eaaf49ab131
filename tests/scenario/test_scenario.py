"""A scenario is read and checked at the door, and says the same from wherever it is read."""

import csv
import datetime
import re
import shutil

import numpy as np
import pandas as pd
import pytest
import toy
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.__main__ import main
from sim.core.state import TABLES
from sim.core.static import EVENT_KINDS
from sim.scenario import (
    ScenarioError,
    garrisons,
    load_scenario,
    read,
    scenario_names,
    scenarios_folder,
    write_garrisons,
)
from sim.scenario.build import build, graph

PUBLISHED = {  # relations.csv of the data page: distance over three scores (Gade et al. 2019)
    ("isis", "ahrar_al_sham"): 0.671,
    ("isis", "liwa_al_tawhid"): 0.677,
    ("isis", "jaysh_al_islam"): 0.645,
    ("isis", "jabhat_al_nusra"): 0.144,
    ("isis", "syrian_revolutionaries_front"): 0.919,
    ("isis", "army_of_mujahideen"): 0.924,
    ("isis", "nour_al_din_al_zenki"): 0.842,
    ("isis", "jund_al_aqsa"): 0.0,
    ("isis", "ypg"): 0.816,
    ("jabhat_al_nusra", "ahrar_al_sham"): 0.561,
    ("jabhat_al_nusra", "ypg"): 0.829,
    ("ahrar_al_sham", "liwa_al_tawhid"): 0.31,
    ("ahrar_al_sham", "syrian_revolutionaries_front"): 0.518,
    ("ypg", "liwa_al_tawhid"): 0.54,
    ("ypg", "army_of_mujahideen"): 0.595,
}


@pytest.fixture
def folder(tmp_path):
    return toy.write(tmp_path / "toy")


@pytest.fixture(scope="module")
def january():
    return load_scenario()


@pytest.fixture(scope="module")
def world(january):
    return build(january)


def spoil(folder, file, line, column, value):
    """Put a value into one cell; line 2 is the first below the header."""
    with (folder / file).open(encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))
    rows[line - 1][rows[0].index(column)] = value
    with (folder / file).open("w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows(rows)


def replace(folder, file, old, new):
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(folder):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(folder)
    return caught.value.problems


CELLS = [
    ("towns.csv", 3, "latitude", "north", "'north' is not a number; expected a number from -90 to 90"),
    ("towns.csv", 3, "latitude", "91", "'91' is out of range; expected a number from -90 to 90"),
    ("towns.csv", 3, "longitude", "nan", "'nan' is out of range; expected a number from -180 to 180"),
    ("towns.csv", 3, "people", "inf", "'inf' is out of range"),
    ("towns.csv", 3, "people", "-1", "'-1' is out of range"),
    (
        "towns.csv",
        3,
        "province",
        "Eastt",
        "'Eastt' is unknown; expected an id of provinces; did you mean 'East'?",
    ),
    ("towns.csv", 3, "border", "turkye", "'turkye' is unknown; did you mean 'turkey'?"),
    ("towns.csv", 3, "toll", "1.5", "'1.5' is out of range; expected a number from 0 to 1"),
    ("towns.csv", 6, "open", "yes", "'yes' is not a number; expected 0 or 1"),
    ("towns.csv", 3, "source", "", "'' is empty; expected some text"),
    ("towns.csv", 3, "id", "The Dam", "'The Dam' is not an id; expected lower-case letters, digits"),
    ("towns.csv", 3, "id", "bridge", "'bridge' stands in row 2 already; expected each one once"),
    ("roads.csv", 3, "b", "hil", "'hil' is unknown; expected an id of towns; did you mean 'hill'?"),
    ("roads.csv", 3, "km", "0", "'0' is out of range; expected a number from 0.1 to 2000"),
    ("roads.csv", 3, "a", "hill", "'hill' is where the road begins; expected another town"),
    ("factions.csv", 3, "men", "-700", "'-700' is out of range; expected a whole number from 0"),
    ("factions.csv", 3, "men", "7.5", "'7.5' is out of range; expected a whole number"),
    ("factions.csv", 3, "men", "9000", "9000 is outside its own range; expected 350 to 1400"),
    ("factions.csv", 3, "ideology", "0.9", "0.9 does not follow from the three scores; expected 0.333"),
    ("factions.csv", 3, "ideology", "", "it or one of its three scores is '' (empty); expected all four"),
    ("factions.csv", 3, "mobile", "1.1", "'1.1' is out of range; expected a number from 0 to 1"),
    ("factions.csv", 3, "side", "rebels", "'rebels' is unknown; did you mean 'rebel'?"),
    ("factions.csv", 3, "side", "focal", "'brothers', 'caliph' is 'focal'; expected 'caliph' alone"),
    (
        "factions.csv",
        3,
        "bases",
        "ford;dem",
        "'dem' is unknown; expected ids of towns, separated by semicolons",
    ),
    ("factions.csv", 3, "foreigners", "0.5", "the shares add up to 1.2; expected at most 1"),
    ("sponsors.csv", 2, "class", "gulf", "'gulf' is unknown; did you mean 'gulf_state'?"),
    ("sponsors.csv", 2, "budget", "", "'' is empty; expected a number from 0"),
    (
        "patronage.csv",
        2,
        "sponsor",
        "bnak",
        "'bnak' is unknown; expected an id of sponsors; did you mean 'bank'?",
    ),
    ("patronage.csv", 2, "open", "2", "'2' is out of range; expected a number from 0 to 1"),
    ("relations.csv", 2, "a", "brothers", "'brothers' is the faction itself; expected another one"),
    ("relations.csv", 2, "tie", "-3", "'-3' is out of range; expected a whole number from -2 to 2"),
    (
        "groups.csv",
        2,
        "faction",
        "gard",
        "'gard' is unknown; expected an id of factions; did you mean 'guard'?",
    ),
    (
        "control.csv",
        2,
        "contenders",
        "guard;rebles",
        "'rebles' is unknown; expected ids of factions or groups",
    ),
    (
        "control.csv",
        2,
        "focal_role",
        "both",
        "'both' is unknown; expected one of: none, shared, sole, unknown",
    ),
    ("garrisons.csv", 2, "local", "12", "'caliph' has 901 men in all; expected 900, its strength"),
    (
        "events.csv",
        2,
        "date",
        "30 December",
        "'30 December' is not a date; expected a date such as 2014-01-03",
    ),
    ("events.csv", 2, "date", "2014-13-01", "'2014-13-01' is not a date"),
    ("events.csv", 2, "date", "2014-06-01", "2014-06-01 is out of range; expected 2012-11-29 to 2014-03-03"),
    ("events.csv", 2, "date", "1914-01-01", "1914-01-01 is out of range"),
    ("events.csv", 2, "kind", "hostile", "'hostile' is unknown; did you mean 'hostility'?"),
    ("events.csv", 2, "whom", "", "'' names nobody; expected whom or what the 'hostility' concerns"),
    ("events.csv", 2, "who", "bank", "'bank' is none of the factions"),
    ("events.csv", 2, "amount", "3", "3 is out of range; expected -1 to 1 for 'hostility'"),
    ("events.csv", 3, "kind", "truce", "0 is out of range; expected at least 1 for 'truce'"),
    ("events.csv", 4, "town", "", "'' names nobody; expected whom or what the 'border' concerns"),
    ("events.csv", 5, "whom", "nobody", "'nobody' is unknown; expected ids of factions"),
]


@pytest.mark.parametrize(("file", "line", "column", "value", "said"), CELLS)
def test_a_spoilt_cell_is_named_with_what_was_expected(folder, file, line, column, value, said):
    spoil(folder, file, line, column, value)
    found = [p for p in problems(folder) if said in p]
    assert len(found) == 1
    assert found[0].startswith(f"toy/{file}, ")
    assert "expected" in found[0] or "did you mean" in found[0]
    whole_file = ("adds up", "add up", "alone", "in all", "has no row")
    if not any(words in said for words in whole_file):
        assert f"toy/{file}, row {line}, column " in found[0]
    assert "\n" not in found[0]


HEADS = [
    ("title: A made-up country\n", "", "the key 'title' is missing"),
    ("title: A", "titel: A", "unknown key 'titel'; did you mean 'title'?"),
    ("starts: 2014-01-03", "starts: soon", "starts: 'soon' is not a date; expected one such as 2014-01-03"),
    ("starts: 2014-01-03", "starts: 2014-01-33", "not valid YAML"),
    ("days: 60", "days: 0", "days: 0 is out of range; expected a whole number from 1 to 3650"),
    ("days: 60", "days: many", "days: 'many' is out of range"),
    ("provinces: [East, West]", "provinces: East", "provinces: 'East' is not a list"),
    ("provinces: [East, West]", "provinces: [East, East]", "names one twice"),
    ("provinces: [East, West]", "provinces: [East, West", "scenario.yaml, row 7: not valid YAML"),
    (
        "iraq_flow: 2",
        "iraq_flow: .nan",
        "theatre, iraq_flow: 'nan' is out of range; expected a number from 0",
    ),
    ("iraq_flow: 2", "iraq_flwo: 2", "unknown key 'iraq_flwo'; did you mean 'iraq_flow'?"),
    ("towns: towns.csv", "towns: places.csv", "the file cannot be read"),
    ("towns: towns.csv, ", "", "tables: 'towns' is missing; expected 'towns: towns.csv'"),
    ("focal: caliph", "focal: calif", "column side: 'caliph' is 'focal'; expected 'calif' alone"),
    ("title", "params: {grievance.rise: high}\ntitle", "params: grievance.rise = 'high' is not a number"),
    (
        "title",
        "params: {march: {speed: 60}}\ntitle",
        "params, march: {'speed': 60} is not a number; expected",
    ),
    ("title", "params: {march.sped: 60}\ntitle", "no parameter 'march.sped'; did you mean 'march.speed'?"),
    ("title", "params: {march.speed: 1}\ntitle", "params: march.speed = 1.0 km/day is outside [25, 90]"),
    ("title", "params: {march.speed: .nan}\ntitle", "params: march.speed = nan is not a number"),
    ("title", "params: {march.on: 2}\ntitle", "params: march.on = 2 is not true or false"),
    ("title", "params: [march.speed]\ntitle", "params: ['march.speed'] is no mapping; expected"),
    ("title", "apart: [{faction: calif, province: East, men: 3}]\ntitle", "'calif' is unknown"),
    ("title", "basemap: map.png\ntitle", "basemap: 'map.png' cannot be read; expected a file in the folder"),
    ("title", "basemap: towns.csv\ntitle", "basemap: 'towns.csv' is no map; expected GeoJSON"),
    ("towns.csv", "5", "tables: towns: 5 is no file name; expected 'towns: towns.csv'"),
]


@pytest.mark.parametrize(("old", "new", "said"), HEADS)
def test_a_spoilt_head_is_named(folder, old, new, said):
    replace(folder, "scenario.yaml", old, new)
    assert any(said in p for p in problems(folder))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("people", "peple", "toy/towns.csv, row 1: unknown column 'peple'; did you mean 'people'?"),
        (",people", "", "toy/towns.csv, row 1: column 'people' is missing; expected id, name"),
        ("people", "toll", "toy/towns.csv, row 1: column 'toll' stands there twice"),
        ("dam,Dam", "dam,Dam,", "toy/towns.csv, row 3: 15 cells; expected 14, one for each column"),
        ("dam,Dam", 'dam,"Da"m', "toy/towns.csv, row 3: not valid CSV"),
    ],
)
def test_a_spoilt_table_is_named(folder, old, new, said):
    replace(folder, "towns.csv", old, new)
    assert any(p.startswith(said) for p in problems(folder))


def test_an_empty_file_says_so(folder):
    (folder / "roads.csv").write_text("")
    (said,) = problems(folder)
    assert said.startswith("toy/roads.csv: the file is empty; expected columns a, b, km, class, via")


def test_a_header_without_rows_says_so(folder):
    (folder / "roads.csv").write_text("a,b,km,class,via,confidence,source\n")
    assert problems(folder) == ["toy/roads.csv: the file has no rows; expected at least one"]


def test_a_file_in_another_encoding_says_so(folder):
    (folder / "towns.csv").write_bytes((folder / "towns.csv").read_bytes() + "Qamişli".encode("cp1254"))
    assert any("is not UTF-8; expected a file saved as UTF-8" in p for p in problems(folder))


def test_towns_that_no_road_reaches_are_named(folder):
    replace(folder, "roads.csv", "dam,wells,38,primary,,high,made up\n", "")
    (said,) = problems(folder)
    assert said.startswith("toy/roads.csv, columns a and b: no road leads from 'bridge' to 'wells'; expected")


def test_a_town_without_a_holder_row_is_named(folder):
    replace(folder, "control.csv", "hill,league,unknown,league,high,made up\n", "")
    assert problems(folder) == [
        "toy/control.csv, column town: 'hill' has no row; expected one for every town"
    ]


def test_all_problems_of_all_files_are_reported_together(folder):
    spoil(folder, "towns.csv", 2, "latitude", "north")
    spoil(folder, "towns.csv", 3, "people", "-4")
    spoil(folder, "towns.csv", 3, "toll", "7")
    spoil(folder, "factions.csv", 4, "men", "many")
    spoil(folder, "events.csv", 2, "date", "never")
    assert [p.split(":")[0] for p in problems(folder)] == [
        "toy/towns.csv, row 2, column latitude",
        "toy/towns.csv, row 3, column people",
        "toy/towns.csv, row 3, column toll",
        "toy/factions.csv, row 4, column men",
        "toy/events.csv, row 2, column date",
    ]


def test_the_message_of_the_error_is_its_problems(folder):
    spoil(folder, "towns.csv", 2, "latitude", "north")
    spoil(folder, "towns.csv", 3, "people", "-4")
    with pytest.raises(ScenarioError, match=r"latitude(.|\n)*people") as caught:
        load_scenario(folder)
    assert str(caught.value).splitlines() == caught.value.problems


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("january_2041", "no scenario is called 'january_2041'; did you mean 'january_2014'?"),
        ("", "no scenario is called ''"),
        ("/nowhere/at/all", "no scenario is called '/nowhere/at/all'"),
    ],
)
def test_an_unknown_scenario_suggests_the_nearest(name, said):
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name)
    assert said in str(caught.value)


def test_a_folder_that_is_no_scenario_says_so(tmp_path):
    with pytest.raises(ScenarioError, match=r"holds no scenario\.yaml"):
        load_scenario(tmp_path)


# -- order and place do not matter


def test_the_order_of_lines_and_columns_never_matters(folder, tmp_path):
    plain = load_scenario(folder)
    mixed = tmp_path / "mixed"
    shutil.copytree(folder, mixed)
    rng = np.random.default_rng(3)
    for file in mixed.glob("*.csv"):
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        table = table.iloc[rng.permutation(len(table)), rng.permutation(len(table.columns))]
        table.to_csv(file, index=False)
    other = load_scenario(mixed)
    for name in (
        "towns",
        "roads",
        "factions",
        "sponsors",
        "patronage",
        "relations",
        "control",
        "garrisons",
        "events",
    ):
        pd.testing.assert_frame_equal(getattr(plain, name), getattr(other, name))
    for one, two in zip(build(plain), build(other), strict=True):
        for a, b in zip(one, two, strict=True):
            assert a.tobytes() == b.tobytes()


def test_a_bounded_number_of_scenarios_stays_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "KEPT", 3)
    monkeypatch.setattr(read, "_read", {})
    names = [load_scenario(toy.write(tmp_path / f"country_{k}")).name for k in range(5)]
    assert [path.name for path in read._read] == names[2:]
    assert load_scenario(tmp_path / "country_0").name == names[0]


def test_the_same_scenario_is_read_from_any_working_directory(january, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_scenario("january_2014").hash == january.hash
    assert scenarios_folder().is_absolute()


def test_scenarios_of_the_working_directory_are_found(folder, tmp_path, monkeypatch):
    shutil.copytree(folder, tmp_path / "scenarios" / "my_country")
    monkeypatch.chdir(tmp_path)
    assert "my_country" in scenario_names()
    assert load_scenario("my_country").town_ids == load_scenario(folder).town_ids


def test_the_hash_follows_the_content(folder):
    before = load_scenario(folder).hash
    assert len(before) == 16
    assert load_scenario(folder).hash == before
    spoil(folder, "towns.csv", 2, "people", "30001")
    assert load_scenario(folder).hash != before


# -- variants


def variant(folder, text, **files):
    """A variant beside a scenario."""
    place = folder.parent / "variant"
    place.mkdir(exist_ok=True)
    (place / "scenario.yaml").write_text(f"parent: {folder.name}\ntitle: A variant\n{text}", encoding="utf-8")
    for name, content in files.items():
        (place / f"{name}.csv").write_text(content, encoding="utf-8")
    return place


def test_a_variant_differs_only_in_what_it_says(folder):
    parent, child = load_scenario(folder), load_scenario(variant(folder, "drop_events: [murder]\n"))
    assert child.parents == ("toy",)
    assert child.hash != parent.hash
    assert set(parent.events["id"]) - set(child.events["id"]) == {"murder"}
    pd.testing.assert_frame_equal(child.garrisons, parent.garrisons)


def test_scripted_events_can_be_dropped_together(folder):
    assert set(load_scenario(variant(folder, "drop_events: scripted\n")).events["id"]) == {"murder"}


def test_a_variant_may_be_a_child_of_a_variant(folder):
    first = variant(folder, "drop_events: [murder]\ntheatre: {iraq_flow: 0}\n")
    second = folder.parent / "second"
    second.mkdir()
    (second / "scenario.yaml").write_text(
        "parent: variant\ndrop_events: [order]\nparams: {params.march.speed: 60}\n"
    )
    child = load_scenario(second)
    assert child.parents == (first.name, "toy")
    assert set(child.events["id"]) == {"gate_shut", "channel"}
    assert child.theatre == {"iraq_men": 300.0, "iraq_flow": 0.0, "pressure": 1.0}
    assert child.params == {"march.speed": 60}


def test_a_variant_adds_events_and_changes_cells(folder):
    events = (folder / "events.csv").read_text().splitlines()[0] + (
        "\nmore_men,2014-02-01,reinforcement,,caliph,,dam,250,,1,made up\n"
    )
    child = load_scenario(
        variant(
            folder,
            "events: events.csv\nchanges:\n  factions: {guard: {quality: 2}}\n"
            "  relations:\n    - {a: army, b: caliph, tie: -2, hostility: 0.9, source: made up}\n",
            events=events,
        )
    )
    assert child.events.iloc[-1]["id"] == "more_men"
    assert child.day("2014-02-01") == child.events.iloc[-1]["day"] == 30
    assert child.factions.set_index("id").at["guard", "quality"] == 2.0
    _, state = build(child)
    army, caliph = child.faction_ids.index("army"), child.faction_ids.index("caliph")
    assert (state.dyads.war[:, army, caliph] == 1).all()


def test_other_strengths_deal_the_garrisons_anew(folder):
    child = load_scenario(variant(folder, "changes: {factions: {guard: {men: 1000}}}\n"))
    assert men(child)["guard"] == 1000
    assert men(child)["league"] == 600


def test_a_variant_may_bring_its_own_garrisons_of_the_same_strength(folder):
    rows = (folder / "garrisons.csv").read_text()
    moved = rows.replace("wells,caliph,13,54,0", "wells,caliph,10,50,0").replace(
        "dam,caliph,114,455,0", "dam,caliph,117,459,0"
    )
    assert moved != rows
    child = load_scenario(variant(folder, "garrisons: garrisons.csv\n", garrisons=moved))
    assert men(child)["caliph"] == 900
    assert child.garrisons.query("town == 'wells' and faction == 'caliph'")["local"].item() == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("drop_event: [murder]\n", "unknown key 'drop_event'; did you mean 'drop_events'?"),
        ("drop_events: [muder]\n", "'muder' is no event; did you mean 'murder'?"),
        ("changes: {faction: {}}\n", "unknown key 'faction'; did you mean 'factions'?"),
        ("changes: {factions: {gard: {men: 1}}}\n", "'gard' is unknown; did you mean 'guard'?"),
        ("changes: {factions: {guard: {mne: 1}}}\n", "unknown key 'mne'; did you mean 'men'?"),
        (
            "changes: {factions: {guard: {men: -1}}}\n",
            "variant/scenario.yaml, changes, factions, guard, column men: '-1' is out of range",
        ),
        ("changes: {relations: [{a: guard}]}\n", "changes, relations, row 1, column b: '' is empty"),
        ("changes: {relations: 3}\n", "3 is neither 'id: {column: value}' nor a list of rows"),
        ("changes: [1]\n", "changes: [1] is not a list of 'table: ...' lines"),
        ("garrisons: none.csv\n", "variant/none.csv: the file cannot be read"),
    ],
)
def test_a_spoilt_variant_is_named(folder, text, said):
    assert any(said in p for p in problems(variant(folder, text)))


def test_an_unknown_parent_and_a_circle_of_parents_are_refused(folder):
    lost = variant(folder, "")
    (lost / "scenario.yaml").write_text("parent: january_2015\n")
    assert "parent: no scenario is called 'january_2015'; did you mean 'january_2014'?" in problems(lost)[0]
    (lost / "scenario.yaml").write_text("parent: variant\n")
    assert "it is, in the end, its own parent" in problems(lost)[0]


@pytest.mark.parametrize("name", scenario_names())
def test_every_shipped_scenario_is_sound(name):
    scenario = load_scenario(name)
    _, state = build(scenario)
    assert scenario.about
    assert (scenario.folder / "README.md").is_file() or scenario.parents
    expected = scenario.factions.set_index("id")["men"].to_dict()
    for extra in scenario.fixed_detachments:
        expected[extra["faction"]] += extra["men"]
    assert men(scenario) == expected
    assert (state.dyads.war == state.dyads.war.transpose(0, 2, 1)).all()


ASKED_FOR = (  # the record's and the sixteen that ask a question of it
    "awakening",
    "concentrated_start",
    "gulf_cutoff",
    "january_2014",
    "mosul",
    "no_depots",
    "no_retreat",
    "no_trigger",
    "nusra_joins",
    "planned",
    "pursuit",
    "regime_offensive",
    "regime_pause",
    "sealed_border",
    "spontaneous",
    "truce",
    "western_aid",
)


def test_every_scenario_asked_for_is_shipped_and_told():
    assert set(ASKED_FOR) <= set(scenario_names())
    lines = (scenarios_folder() / "README.md").read_text().splitlines()
    for name in ASKED_FOR:
        (told,) = [line for line in lines if line.startswith((f"| `{name}` |", f"| [{name}]"))]
        assert all(cell.strip() for cell in told.strip("|").split("|")), name  # what differs, and why
        if name != "january_2014":
            said = (scenarios_folder() / name / "scenario.yaml").read_text()
            assert said.startswith("parent: january_2014\n"), name
            assert len(said.splitlines()) < 50, f"{name} is no short diff"
            assert re.search(r"easoning|\d{4}", load_scenario(name).about), f"{name} says no why"


WARS = ("idlib_2017", "idlib_2018", "west_aleppo_2019")  # other wars on the geography of January 2014


def test_other_wars_stand_on_the_same_roads_and_copy_none(january):
    roads = set(january.roads[["a", "b", "km"]].itertuples(index=False, name=None))
    own = set()
    for name in WARS:
        war = load_scenario(name)
        assert not war.parents
        assert war.focal == "hts"
        assert war.basemap == january.basemap
        assert war.posterior == january.folder
        shared = set(war.roads[["a", "b", "km"]].itertuples(index=False, name=None)) & roads
        assert len(shared) > 40
        added = set(pd.read_csv(war.folder / "towns.csv")["id"])
        assert not added & (own | set(january.town_ids)), "a place is described once"
        own |= added
        assert set(war.town_ids) == set(war.control["town"])
        assert set(war.town_ids) <= own | set(january.town_ids)


def other_war(folder, text="geography: toy\n"):
    """A war on the places of a scenario beside it, without one of them and with one more."""
    war = shutil.copytree(folder, folder.parent / "war")
    replace(
        war, "control.csv", "wells,caliph,sole,caliph,high,made up", "camp,caliph,sole,caliph,high,made up"
    )
    replace(war, "factions.csv", "dam;plain;wells", "dam;plain")
    for table, row in (
        ("towns", "camp,Camp,,36.0,38.1,East,9000,,,,,,arab"),
        ("roads", "camp,dam,20,primary,,high"),
    ):
        header = (war / f"{table}.csv").read_text(encoding="utf-8").splitlines()[0]
        (war / f"{table}.csv").write_text(f"{header}\n{row},made up\n", encoding="utf-8")
    head = (war / "scenario.yaml").read_text(encoding="utf-8")
    (war / "scenario.yaml").write_text(head + text, encoding="utf-8")
    return war


def test_a_war_plays_the_places_of_its_geography_that_control_names(folder):
    war = other_war(folder)
    write_garrisons(war)
    scenario, base = load_scenario(war), load_scenario(folder)
    assert set(scenario.town_ids) == {*base.town_ids, "camp"} - {"wells"}
    assert len(scenario.roads) == len(base.roads)  # one to the camp, none to the wells
    assert "wells" not in {*scenario.roads["a"], *scenario.roads["b"]}
    replace(folder, "towns.csv", "60000", "60001")
    changed = load_scenario(war)
    assert changed.hash != scenario.hash, "what changes in the geography changes the war"
    assert 60_001 in set(changed.towns["people"])


def test_a_geography_may_stand_on_another_and_bring_its_places(folder):
    write_garrisons(other_war(folder))
    third = shutil.copytree(folder.parent / "war", folder.parent / "third")
    for table in ("towns", "roads"):
        (third / f"{table}.csv").unlink()
        head = (third / "scenario.yaml").read_text(encoding="utf-8").replace(f"{table}: {table}.csv, ", "")
        (third / "scenario.yaml").write_text(
            head.replace("geography: toy", "geography: war"), encoding="utf-8"
        )
    assert load_scenario(third).town_ids == load_scenario(folder.parent / "war").town_ids


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("geography: tomorrow", "war/scenario.yaml, geography: no scenario is called 'tomorrow'"),
        ("geography: war", "it is, in the end, its own parent"),
        ("geography: truce", "geography: 'truce' is a variant; expected a scenario that has no parent"),
        ("geography: toy\nposterior: tomorrow", "posterior: no scenario is called 'tomorrow'"),
    ],
)
def test_a_geography_that_cannot_be_is_named(folder, text, said):
    assert any(said in p for p in problems(other_war(folder, text)))


@pytest.mark.parametrize("name", scenario_names())
def test_parameters_of_a_scenario_exist(name):
    params = pytest.importorskip("sim.params")
    known = params.declared()
    for parameter, value in load_scenario(name).params.items():
        assert parameter in known
        assert known[parameter].low <= value <= known[parameter].high


# -- garrisons


def men(scenario):
    """Men of each faction, without latent cells."""
    table = scenario.garrisons[scenario.garrisons["latent"] == 0]
    return (table["local"] + table["mobile"]).groupby(table["faction"]).sum().to_dict()


def test_the_script_writes_the_committed_bytes(january):
    text = (january.folder / "garrisons.csv").read_text(encoding="utf-8")
    assert garrisons.as_csv(january.allocate()) == text
    assert main(["garrisons", "january_2014", "--check"]) is None


def test_dealing_keeps_every_man(january):
    expected = january.factions.set_index("id")["men"].to_dict()
    expected["isis"] += 300  # Deir ez-Zor, outside its northern figure
    assert men(january) == expected
    east = january.garrisons.merge(january.towns[["id", "province"]], left_on="town", right_on="id")
    east = east.query("province == 'Deir ez-Zor' and faction == 'isis'")
    assert (east["local"] + east["mobile"]).sum() == 300


def test_other_strengths_are_dealt_by_the_same_rule(january):
    dealt = january.allocate({"isis": 4500})
    table = dealt[(dealt["faction"] == "isis") & (dealt["latent"] == 0)]
    assert (table["local"] + table["mobile"]).sum() == 4500 + 300


def test_towns_held_alone_hide_local_men(january):
    latent = january.garrisons.query("latent == 1").set_index("town")
    alone = january.control.query("holder == 'isis' and focal_role == 'sole'")["town"]
    assert sorted(latent.index) == sorted(alone)
    assert latent.at["jarabulus", "local"] == 12  # 11,570 people
    assert (latent["mobile"] == 0).all()


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text("abc", min_size=1), st.floats(0.01, 100), min_size=1), st.integers(0, 100_000))
def test_largest_remainder_gives_everything_and_nobody_far_from_a_fair_share(weights, number):
    given_out = garrisons.largest_remainder(weights, number)
    assert sum(given_out.values()) == number
    total = sum(weights.values())
    for key, share in given_out.items():
        assert abs(share - number * weights[key] / total) < 1 + 1e-6


# -- the world


def test_distances_reproduce_the_published_ones(january, world):
    static, _ = world
    row = {f: k for k, f in enumerate(january.faction_ids)}
    for (a, b), published in PUBLISHED.items():
        assert static.distance[row[a], row[b]] == pytest.approx(published, abs=6e-4)
    assert (static.distance == static.distance.T).all()
    assert static.distance[row["isis"], row["suqour_al_sham"]] < 1.0  # the doubted 1/1/1 is not used


def test_the_map_is_as_the_tables_say(january, world):
    static, state = world
    assert len(january.towns) == len(state.towns) == 60
    assert len(january.roads) == 96
    assert len(january.factions) == 17
    assert np.isfinite(static.km).all()
    assert (static.km == static.km.T).all()
    assert (np.diag(static.km) == 0).all()
    assert (static.near[:, 0] == np.arange(60)).all()
    assert (np.sort(static.near, axis=1) == np.arange(60)).all()
    assert (np.diff(np.take_along_axis(static.km, static.near, axis=1)) >= 0).all()
    assert (static.places.degree == (static.links >= 0).sum(1)).all()
    roads = graph(january)
    town = january.town_ids.index("azaz")
    assert sorted(roads["azaz"]) == [january.town_ids[k] for k in static.links[town] if k >= 0]


def test_everything_is_fixed_on_the_evening_before(january, world):
    static, _ = world
    assert january.date(0) == datetime.date(2014, 1, 2)
    assert january.date(271) == datetime.date(2014, 9, 30)
    assert january.day("2014-01-03") == 1
    day_zero = january.events[january.events["day"] == 0]
    assert (pd.to_datetime(day_zero["date"]) <= "2014-01-02").all()
    assert (day_zero["scripted"] == 0).all()
    assert (january.events.loc[january.events["day"] > 0, "scripted"] == 1).all()
    used = static.events.day[static.events.day >= 0]
    assert len(used) == len(january.events)
    assert (np.diff(used) >= 0).all()
    assert static.events.kind.max() < len(EVENT_KINDS)
    assert january.faction_ids[static.focal] == "isis"


def test_nothing_that_happened_later_is_an_input(january):
    later = ("after_", "stance", "2014_to_31")
    for name in ("towns", "factions", "relations", "patronage", "control"):
        table = getattr(january, name)
        assert not [c for c in table.columns if any(word in c for word in later)]
    opened = january.patronage.query("open == 0")
    assert set(opened["faction"]) == {"army_of_mujahideen", "syrian_revolutionaries_front"}


def test_wars_on_the_eve_are_the_standing_ones(january, world):
    _, state = world
    row = {f: k for k, f in enumerate(january.faction_ids)}
    province = {p: k for k, p in enumerate(january.provinces)}
    regime, isis, nusra = row["syrian_government"], row["isis"], row["jabhat_al_nusra"]
    rebels = [
        row[f]
        for f, side in zip(january.factions["id"], january.factions["side"], strict=True)
        if side == "rebel"
    ]
    assert (state.dyads.war[:, regime, rebels] == 1).all()
    assert (state.dyads.war[:, isis, nusra] == 0).all()
    hostility = state.dyads.hostility[:, nusra, isis]
    assert hostility[province["Raqqa"]] > hostility[province["Hasakah"]] > hostility[province["Aleppo"]]
    assert state.dyads.hostility[province["Raqqa"], isis, nusra] == 0.35  # the way back has its own row


def test_every_column_of_the_state_is_a_number(world):
    _, state = world
    for name in TABLES:
        table = getattr(state, name)
        for column in table.dtype.names:
            assert np.isfinite(table[column].astype(float)).all(), (name, column)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_random_countries_are_sound(seed):
    scenario = toy.random_scenario(np.random.default_rng(seed))
    static, state = build(scenario)
    strength = dict(zip(scenario.factions["id"], scenario.factions["men"], strict=True))
    assert {f: n for f, n in strength.items() if n} == men(scenario)
    assert (state.garrisons.local >= 0).all()
    assert (state.garrisons.mobile >= 0).all()
    assert ((static.leaning >= 0) & (static.leaning <= 1)).all()
    assert ((static.distance >= 0) & (static.distance <= 1)).all()
    assert ((state.towns.holder >= -1) & (state.towns.holder < len(strength))).all()


def test_a_scenario_is_read_and_built_once_until_it_changes(tmp_path, monkeypatch):
    folder = toy.write(tmp_path / "toy")
    first = load_scenario(folder)
    static, state = build(first)
    with monkeypatch.context() as patch:
        patch.setattr("sim.scenario.read.statement", None)
        patch.setattr("sim.scenario.build.build_land", None)
        again = load_scenario(folder)
        assert [part.tobytes() for part in build(again)] == [static.tobytes(), state.tobytes()]
    state.towns.people[0] = 7.0  # what was given out is nobody else's
    again.towns.loc[0, "people"] = 9
    assert build(load_scenario(folder))[1].towns.people[0] == first.towns["people"][0]
    assert build(again)[1].towns.people[0] == 9
    file = folder / "towns.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("30000", "30001"), encoding="utf-8")
    edited = load_scenario(folder)
    assert edited.hash != first.hash
    assert build(edited)[1].towns.people[0] == 30_001
    file.unlink()
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_scenario(folder)


def test_a_variant_is_read_again_when_its_parent_changes(tmp_path):
    toy.write(tmp_path / "toy")
    (tmp_path / "longer").mkdir()
    (tmp_path / "longer" / "scenario.yaml").write_text("parent: toy\ntitle: Longer\nabout: it is longer\n")
    assert load_scenario(tmp_path / "longer").days == 60
    toy.write(tmp_path / "toy", days=50)
    assert load_scenario(tmp_path / "longer").days == 50
