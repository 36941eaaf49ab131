"""One past, many futures: forks, copies, and worlds on disk."""

import copy
import re
import zipfile
from contextlib import suppress

import mesa
import numpy as np
import pytest
import toy
from stepped import DAYS, bits

from sim.core.ledger import EVENT_HAPPENED
from sim.model import RebelConflict, checkpoint
from sim.model.checkpoint import SavedWorldError
from sim.params import ParameterError


def test_a_fork_is_the_same_run(played):
    one, two = played.fork(), played.fork()
    assert bits(one.run(3)) == bits(two.run(3)) == bits(RebelConflict(seed=1).run(DAYS + 3))
    assert one.datacollector.model_vars == two.datacollector.model_vars
    assert played.day == DAYS


def test_a_fork_shares_nothing(played):
    before = bits(played)
    fork = played.fork()
    fork.faction("isis").fighters["raqqa"] = 0
    fork.run(2)
    assert bits(played) == before
    assert played.edits == []
    assert len(played.history("towns", "men", "azaz")) == DAYS + 1


def test_a_fork_may_have_other_luck_or_other_rules(played):
    same = bits(played.fork().run(2))
    assert bits(played.fork(seed=5).run(2)) != same
    assert bits(played.fork(seed=5, run=1).run(2)) != bits(played.fork(seed=5).run(2))
    assert bits(played.fork(seed=1, run=0).run(2)) == same
    assert played.fork(**{"battle.attrition": 0.03}).params.battle.attrition == 0.03
    with pytest.raises(ParameterError, match="did you mean"):
        played.fork(**{"battle.atrition": 0.03})


def test_a_saved_world_goes_on_to_the_same_bits(played, tmp_path):
    changed = played.fork()
    changed.town("azaz").fighters["isis"] = 99
    path = changed.save(tmp_path / "world.npz")
    restored = RebelConflict.load(path)
    assert bits(restored) == bits(changed)
    assert (restored.day, restored.days, restored.seed, restored.edits) == (DAYS, 271, 1, changed.edits)
    assert restored.datacollector.model_vars == changed.datacollector.model_vars
    assert bits(restored.run(3)) == bits(changed.run(3))
    assert restored.explain(day=DAYS + 2).text == changed.explain(day=DAYS + 2).text


def test_a_world_of_a_small_country_with_dated_events_is_loaded(tmp_path):
    small = RebelConflict(toy.country(), seed=1, days=60).run(6)
    path = small.save(tmp_path / "small")
    restored = RebelConflict.load(path, scenario=toy.country())
    assert bits(restored.run(2)) == bits(small.run(2))
    assert "dated event" in restored.explain(day=(0, 8)).table["text"].str.cat()
    about, arrays = checkpoint.read(path)
    arrays["entries"]["what"][:] = EVENT_HAPPENED
    checkpoint.write(path, about, arrays, overwrite=True)
    with pytest.raises(SavedWorldError, match=r"small is damaged: entries\."):
        RebelConflict.load(path, scenario=toy.country())


def test_a_world_saved_before_its_first_day(tmp_path):
    fresh = RebelConflict(seed=3, explain=False)
    restored = RebelConflict.load(fresh.save(tmp_path / "fresh.npz"))
    assert bits(restored.run(2)) == bits(fresh.run(2))


def test_a_saved_world_holds_no_pickle(played, tmp_path):
    with zipfile.ZipFile(played.save(tmp_path / "world.npz")) as file:
        for name in file.namelist():
            np.lib.format.read_magic(member := file.open(name))
            assert not np.lib.format.read_array_header_1_0(member)[2].hasobject


def test_saving_never_overwrites_unasked(played, tmp_path):
    path = played.save(tmp_path / "world.npz")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        played.save(path)
    played.save(path, overwrite=True)
    assert [file.name for file in tmp_path.iterdir()] == ["world.npz"]


def test_a_failed_save_leaves_the_old_file(played, tmp_path, monkeypatch):
    path = played.save(tmp_path / "world.npz")
    whole = path.read_bytes()
    monkeypatch.setattr(checkpoint.np, "savez_compressed", lambda file, **_: file.write(b"half") and 1 / 0)
    with suppress(ZeroDivisionError):
        played.save(path, overwrite=True)
    assert path.read_bytes() == whole
    assert len(list(tmp_path.iterdir())) == 1


def test_a_world_of_other_code_is_refused(played, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "CODE", "0123456789abcdef")
    path = played.save(tmp_path / "old.npz")
    monkeypatch.undo()
    with pytest.raises(SavedWorldError, match=r"old\.npz was saved by other code .*0123456789abcdef"):
        RebelConflict.load(path)


def test_a_world_of_a_changed_scenario_is_refused(played, tmp_path):
    path = played.save(tmp_path / "world.npz")
    about, arrays = checkpoint.read(path)
    other = checkpoint.write(tmp_path / "other.npz", about | {"scenario_hash": "changed"}, arrays)
    with pytest.raises(SavedWorldError, match=r"other\.npz was saved with scenario 'january_2014'"):
        RebelConflict.load(other)


@pytest.mark.parametrize("damage", ["cut", "flipped", "garbage", "empty", "member gone", "other shape"])
def test_a_damaged_file_is_named(played, tmp_path, damage):
    path = played.save(tmp_path / "world.npz")
    content = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "flipped":
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
    elif damage == "garbage":
        path.write_bytes(b"not a world at all" * 100)
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        about, arrays = checkpoint.read(path)
        if damage == "member gone":
            del arrays["daily.day" if "daily.day" in arrays else "model.day"]
        else:
            arrays["state.towns"] = arrays["state.towns"][:-1]
        checkpoint.write(path, about, arrays, overwrite=True)
    with pytest.raises(SavedWorldError, match=r"world\.npz is damaged"):
        RebelConflict.load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SavedWorldError, match=r"cannot read .*nowhere\.npz: No such file"):
        RebelConflict.load(tmp_path / "nowhere.npz")


class Watched(RebelConflict):
    """A model with attributes of its own, as users write them."""

    def __init__(self, limit=8, **kwargs):
        self.early = [limit]
        super().__init__(**kwargs)
        self.limit, self.alarms, self.seen = limit, 0, {}
        self.counts = np.zeros(3, int)
        self.watched = None
        self.town("azaz").visits = 0

    def step(self):
        super().step()
        self.alarms += 1
        self.counts[0] += 1
        self.seen[str(self.day)] = self.random.random()
        self.town("azaz").visits += 1


def test_a_fork_keeps_what_its_class_has_set():
    one = Watched(limit=9, seed=1, days=20).run(3)
    one.watched = one.town("azaz")
    two = one.fork()
    two.run(2)
    assert (two.limit, two.alarms, two.counts[0], two.town("azaz").visits, two.early) == (9, 5, 5, 5, [9])
    assert (one.alarms, one.counts[0], one.town("azaz").visits, len(one.seen)) == (3, 3, 3, 3)
    assert two.watched is two.town("azaz")
    assert one.run(2).seen == two.seen


def test_a_saved_world_keeps_what_its_class_has_set(tmp_path):
    one = Watched(limit=9, seed=1, days=20).run(3)
    two = Watched.load(one.save(tmp_path / "world.npz")).run(2)
    assert (two.limit, two.alarms, two.counts.tolist(), two.early) == (9, 5, [5, 0, 0], [9])
    assert two.town("azaz").visits == 5
    assert two.seen == one.run(2).seen


@pytest.mark.parametrize("value", [(1, 2), {1: 2}, {3}, object(), print, np.array([None])])
def test_what_a_file_cannot_hold_is_refused_by_name(model, tmp_path, value):
    model.mine = value
    with pytest.raises(SavedWorldError, match=r"RebelConflict\.mine holds a .*: delete it before saving"):
        model.save(tmp_path / "world.npz")
    assert not list(tmp_path.iterdir())


def test_a_fork_keeps_a_collector_of_its_own(model, tmp_path):
    model.datacollector = mesa.DataCollector(model_reporters={"day": "day"})
    model.datacollector.collect(model)
    twin = model.fork()
    twin.datacollector.collect(twin.run(1))
    assert twin.datacollector.model_vars == {"day": [DAYS, DAYS + 1]}
    assert model.datacollector.model_vars == {"day": [DAYS]}
    with pytest.raises(SavedWorldError, match="datacollector"):
        model.save(tmp_path / "world.npz")


def test_what_a_fork_cannot_copy_is_refused_by_name(model):
    model.mine = (day for day in range(3))
    with pytest.raises(TypeError, match=r"cannot copy RebelConflict\.mine \(generator\)"):
        model.fork()


def test_agents_of_ones_own_are_copied_and_not_saved(model, tmp_path):
    convoy = mesa.Agent(model)
    convoy.goal = model.town("azaz")
    twin = model.fork()
    (other,) = [agent for agent in twin.agents if type(agent) is mesa.Agent]
    assert other is not convoy
    assert (other.model, other.goal, other.unique_id) == (twin, twin.town("azaz"), convoy.unique_id)
    with pytest.raises(SavedWorldError, match="no room for agents of your own"):
        model.save(tmp_path / "world.npz")


@pytest.mark.parametrize("made", [copy.copy, copy.deepcopy])
def test_a_copy_is_a_fork(played, made):
    before = bits(played)
    twin = made(played)
    assert bits(twin) == before
    twin.run(2)
    assert (played.day, twin.day, twin.state is played.state) == (DAYS, DAYS + 2, False)
    assert bits(played) == before
    assert made([played])[0] is not (played if made is copy.deepcopy else None)


DAMAGES = {  # what is changed in a file: how the message goes
    "state.towns.holder": (99, r"state\.towns\.holder is from -1 to 16, not 99"),
    "state.towns.people": (float("nan"), r"state\.towns\.people"),
    "state.garrisons.local": (-5, r"state\.garrisons\.local is from 0"),
    "state.garrisons.grievance": (float("nan"), r"state\.garrisons\.grievance is a share between 0 and 1"),
    "state.garrisons.goal": (99, r"state\.garrisons\.goal"),
    "state.columns.next": (-7, r"state\.columns\.next is from 0 to \d+, not -7"),
    "state.columns_in_use.rows": (999, r"state\.columns_in_use\.rows"),
    "state.town_index.armed": (2**40, r"state\.town_index\.armed"),
    "state.dyads.hostility": (2.0, r"state\.dyads\.hostility is a share"),
    "state.factions.treasury": (float("inf"), r"state\.factions\.treasury"),
    "state.theatre.pressure": (-1.0, r"state\.theatre\.pressure is at least 0, not -1"),
    "state.snapshot.might": (-1e-3, r"state\.snapshot\.might is at least 0"),
    "state.rooms.spare": (float("inf"), r"state\.rooms\.spare is at least 0, not inf"),
    "entries.faction": (99, r"entries\.faction is from -1 to 16, not 99"),
    "entries.what": (-1, r"entries\.what"),
    "ledger.room": (10**6, r"ledger\.room"),
    "ledger.used": (-1, r"ledger\.used"),
    "about.day": (-1, "day = -1"),
    "about.days": (0, "days = 0"),
    "about.key": (2**64, "key = "),
    "about.edits": (3, "damaged"),
    "about.params": ({"battle.attrition": float("nan")}, r"battle\.attrition"),
    "about.own": ([[None, "state", 1]], "state is no attribute of one's own"),
    "towns.day": (7, "rows of towns"),
    "factions.faction": ("ypg", "rows of factions"),
}


@pytest.mark.parametrize("what", DAMAGES)
def test_a_world_of_impossible_numbers_is_refused_by_name(played, tmp_path, what):
    value, sentence = DAMAGES[what]
    about, arrays = checkpoint.read(played.save(tmp_path / "world.npz"))
    group, *rest = what.split(".")
    if group == "about":
        about[rest[0]] = value
    elif group == "state":
        np.ravel(arrays[f"state.{rest[0]}"][rest[1]])  # there is such a column
        arrays[f"state.{rest[0]}"][rest[1]][(0,) * arrays[f"state.{rest[0]}"].ndim] = value
    elif group == "entries":
        arrays["entries"][rest[0]][0] = value
    elif group == "ledger":
        arrays[what] = np.array(value)
    else:
        arrays[what][0] = value
    checkpoint.write(tmp_path / "world.npz", about, arrays, overwrite=True)
    with pytest.raises(SavedWorldError, match=rf"world\.npz is damaged|{sentence}") as error:
        RebelConflict.load(tmp_path / "world.npz")
    assert re.search(sentence, str(error.value))
