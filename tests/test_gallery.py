"""The gallery of the README: it draws every figure, from parameters that there are."""

import pytest

from sim import gallery, plots
from sim.params import Params, as_dict
from sim.scenario import scenario_names


def test_the_gallery_moves_parameters_that_there_are():
    known = set(as_dict(Params()))
    assert {*gallery.SWITCHES, *gallery.MOVED, *gallery.PHASE} <= known
    assert gallery.OTHER in scenario_names()


def test_what_the_gallery_shares_out_adds_up(monkeypatch):
    def game(params, runs, days):
        return 100 * (
            0.2 * params["plans.withdrawal"] + 0.3 * (params["recovery.on"] and params["retaliation.on"])
        )

    monkeypatch.setattr(gallery, "share_back", game)
    shares = gallery.shapley_table(100, 10).set_index("mechanism")["share"]
    assert shares.tolist() == pytest.approx([0.2, 0.15, 0.15])


@pytest.mark.slow
def test_the_gallery_draws_every_figure_there_is(tmp_path):
    files = gallery.make(tmp_path, runs=6, days=20, design_runs=2, progress=False)
    assert {file.name for file in tmp_path.iterdir()} == {file.name for file in files}
    names = {file.stem for file in files}
    once = {"animate": "run", "over_time": "men", "save": None, "caption_of": None, "looks": None}
    drawn = {once.get(name, name) for name in plots.__all__} - {None, "discovery_boxes"}
    assert drawn <= names
