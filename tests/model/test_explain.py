"""Why: what the ledger says of days, towns and factions."""

import numpy as np
import pandas as pd
import pytest
from stepped import DAYS

from sim.core.ledger import CODES, FLOWS, HAPPENINGS
from sim.model import RebelConflict
from sim.model.explain import HAPPENING_WORDS, happenings
from sim.model.views import UnknownNameError


def test_the_entries_of_every_day_add_up_to_the_sums(model):
    model.town("azaz").fighters["isis"] = 5
    model = model.fork()
    model.town("azaz").fighters["isis"] = 55
    model.run(2)
    entries = model._history.entries
    total = np.zeros_like(model.ledger.flows)
    booked = entries[entries["what"] != CODES.index("event")]  # what the scenario dates is in no sum
    np.add.at(total, (booked["faction"], booked["what"]), booked["men"])
    assert np.array_equal(total, model.ledger.flows)
    assert (np.diff(entries["day"]) >= 0).all()


def test_a_full_ledger_says_so(model, tmp_path):
    model.ledger.room = 10
    model.step()
    assert model._history.dropped == int(model.ledger.used) - 10 > 0
    assert f"The ledger was full: {model._history.dropped} entries are missing." in model.explain().text
    assert model.fork().explain().text == model.explain().text
    restored = RebelConflict.load(model.save(tmp_path / "world.npz"))
    assert restored.explain().text == model.explain().text


@pytest.mark.parametrize("faction", ["isis", "ahrar_al_sham", "syrian_government"])
def test_men_told_are_the_men_there_were(played, faction):
    men = played.history("factions", "men", faction)
    for day in range(1, DAYS + 1):
        told = played.explain(day=day, faction=faction).lines[0]
        assert told.startswith(f"Men under arms: {men[day - 1]:,} before, {men[day]:,} after")


def test_everything_told_of_a_faction_concerns_it(played):
    why = played.explain(day=(1, DAYS), faction="isis")
    assert ((why.table["faction"] == "isis") | (why.table["other"] == "isis")).all()
    assert why.table["day"].between(1, DAYS).all()
    assert str(why) == why.text
    assert why.text.startswith("ISIS, 3 January 2014 (day 1) to 14 January 2014 (day 12)")


def test_a_decision_is_told_with_the_number_that_decided_it(played):
    table = played.explain(day=(1, DAYS)).table
    left = table[table["what"] == "withdraw"]
    assert len(left) > 0
    assert (left["value"] < left["limit"]).all()
    assert left["why"].str.fullmatch(r"its odds there were \d\.\d\d; it leaves below \d\.\d\d").all()
    joined = table[(table["what"] == "joined_war") & (table["limit"] > 0)]
    assert (joined["value"] >= joined["limit"]).all()
    assert table["text"].str.len().min() > 0


def test_a_town_is_told_by_itself(played):
    why = played.explain(town="azaz")
    there = why.table["town"] == "azaz"
    assert (there | (why.table["other"] == "azaz")).all()
    holder, men = (played.history("towns", column, "azaz") for column in ("holder", "men"))
    assert why.lines[0].startswith(f"Held by {holder[0]}")
    assert f"{men[0]:,} before, {men[-1]:,} after" in why.lines[0]


def test_dated_events_are_told_with_their_source(played):
    why = played.explain(day=0)
    assert len(why.table) == (played.scenario.events["day"] == 0).sum()
    assert "dated event: hostility of " in why.text
    assert why.table["why"].str.contains("suleiman_killing; ").any()


def test_an_edit_is_told(model):
    model.town("azaz").fighters["isis"] = 321
    why = model.explain(town="azaz", faction="isis", day=DAYS)
    assert "men became 321" in why.table.iloc[-1]["why"]
    assert "set by hand" in why.text


def test_days_are_asked_for_in_any_form(played):
    first = played.explain(day=3, faction="isis").text
    assert first == played.explain(day="2014-01-05", faction="isis").text
    assert first == played.explain(day=played.scenario.date(3), faction="isis").text
    assert played.explain().text == played.explain(day=DAYS).text


@pytest.mark.parametrize("day", [-1, DAYS + 1, "2015-01-01", (5, 3), (1, 2, 3)])
def test_days_not_played_are_refused(played, day):
    with pytest.raises(ValueError, match=r"days 0 to 12 have been played|first and last"):
        played.explain(day=day)


def test_unknown_names_are_refused_by_explain(played):
    with pytest.raises(UnknownNameError, match="did you mean 'azaz'"):
        played.explain(town="azazz")
    with pytest.raises(UnknownNameError, match="did you mean 'isis'"):
        played.explain(faction="iisis")


def test_a_model_that_kept_nothing_says_so():
    with pytest.raises(ValueError, match="explain=True"):
        RebelConflict(seed=1, explain=False).explain()


def test_every_happening_of_the_ledger_can_be_told():
    assert set(HAPPENING_WORDS) | {"event"} == set(HAPPENINGS)
    assert set(CODES) == set(FLOWS) | set(HAPPENINGS)


def test_what_happened_several_times_on_one_day_is_one_line():
    rows = pd.DataFrame(
        [(1, "A sent men to B", ""), (1, "A sent men to B", ""), (2, "A sent men to B", "odds of 2")],
        columns=["day", "text", "why"],
    )
    assert list(happenings(rows, several=True)) == [
        "- day 1: A sent men to B, 2 times",
        "- day 2: A sent men to B (odds of 2)",
    ]
