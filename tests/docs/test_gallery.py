"""The gallery of the README: it draws every figure, from parameters that there are."""

import itertools
from pathlib import Path

import pandas as pd
import pytest

from sim import plots
from sim.docs import gallery
from sim.params import Params, as_dict
from sim.scenario import scenario_names


def test_the_gallery_moves_parameters_that_there_are():
    known = set(as_dict(Params()))
    assert {*gallery.SWITCHES, *gallery.MOVED, *gallery.PHASE} <= known
    assert gallery.OTHER in scenario_names()


def test_what_the_gallery_shares_out_adds_up(monkeypatch):
    def game(self, runs, kind, over):
        points = pd.DataFrame(list(itertools.product([False, True], repeat=3)), columns=list(over))
        both = points["provocation.on"] & points["grievance.on"]
        return (2 * points["plans.withdrawal"] + 3 * both).map(lambda worth: [int(worth)]), points

    monkeypatch.setattr(gallery.Designs, "played", game)
    shares = gallery.Designs(100, 10).shares().set_index("mechanism")["share"]
    assert shares[list(gallery.SWITCHES.values())].tolist() == pytest.approx([1.5, 1.5, 2])


def test_a_figure_that_is_new_is_in_the_gallery_by_itself(monkeypatch):
    def rumours(ensemble, ax=None):
        return "drawn"

    monkeypatch.setattr(plots, "rumours", rumours, raising=False)
    monkeypatch.setattr(plots, "__all__", [*plots.__all__, "rumours"])
    known = [Path(f"{name}.png") for name in plots.__all__ if name != "rumours"]
    assert list(gallery.of_the_rest(None, known)) == [("rumours", "drawn")]


def test_the_gallery_draws_every_figure_there_is(tmp_path):
    files = gallery.make(tmp_path, runs=6, days=40, design_runs=4, progress=False)
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files}
    names = {file.stem for file in files}
    once = {
        "animate": "run",
        "over_time": "men",
        "save": None,
        "data": None,
        "caption_of": None,
        "looks": None,
    }
    drawn = {once.get(name, name) for name in plots.__all__} - {None}
    assert drawn - {"discovery_boxes"} <= names  # where nothing or everything comes back there is no box
