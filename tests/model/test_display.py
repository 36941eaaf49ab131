"""How models, agents and ensembles show themselves, and help with names."""

import json
import re
import warnings

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import sim
from sim.model import RebelConflict, completion


def test_objects_show_themselves_briefly(played):
    assert repr(played) == "<RebelConflict january_2014, day 12 of 271 (2014-01-14), seed 1>"
    assert repr(played.town("azaz")) == "<Town azaz>"
    assert re.fullmatch(r"<grievance of azaz: .*isis: 0\.\d+.*>", repr(played.town("azaz").grievance))
    assert repr(played.sponsors).startswith("<8 sponsors: gulf_private")


def test_objects_show_themselves_in_a_notebook(played):
    page = played._repr_html_()
    assert page.count("<circle") == len(played.towns)
    assert "<polyline" in page
    for one in (played.town("azaz"), played.faction("isis"), played.sponsor("qatar"), played.explain(day=3)):
        page = one._repr_html_()
        assert "<table" in page
        assert "nan" not in page.lower().replace("finance", "")


@pytest.mark.parametrize(("detail", "maps"), [("summary", 0), ("daily", 1)])
def test_an_ensemble_shows_itself_in_a_notebook(detail, maps):
    ensemble = sim.run_ensemble(runs=4, days=12, detail=detail, progress=False)
    page = ensemble._repr_html_()
    assert "4 runs of 12 days" in page
    for name, share in ensemble.runs["outcome"].value_counts(normalize=True).items():
        assert f">{name}</td><td style='text-align:left'>{100 * share:.1f}\u00a0%<" in page
    assert page.count("<circle") == maps * len(ensemble.scenario.towns)
    assert page.count("<polyline") == maps


def test_a_design_shows_itself_point_by_point():
    design = sim.make_design("grid", {"plans.pinning": [0.0, 0.3]})
    page = sim.run_design(design, runs_per_point=2, days=5, progress=False)._repr_html_()
    assert "2 points, 4 runs" in page
    assert "<th style='text-align:left'>plans.pinning</th>" in page
    assert page.count("<tr>") == 3


@pytest.mark.parametrize(
    ("slip", "nearest"),
    [
        (lambda m: m.town("azazz"), "'azaz'"),
        (lambda m: m.towns.azazz, "'azaz'"),
        (lambda m: m.town("azaz").fighters["isiss"], "'isis'"),
        (lambda m: m.town("azaz").greivance, "'grievance'"),
        (lambda m: m.faction("isis").tresury, "'treasury'"),
        (lambda m: m.toun, "'town'"),
        (lambda m: m.history("factions", "mne", "isis"), "'men'"),
        (lambda m: m.history("faction", "men", "isis"), "'factions'"),
        (lambda m: setattr(m.town("azaz"), "peple", 3), "'people'"),
        (lambda m: sim.RebelConfict, "'RebelConflict'"),
    ],
)
def test_a_slip_of_the_pen_tells_the_nearest_name(model, slip, nearest):
    with pytest.raises((KeyError, AttributeError)) as error:
        slip(model)
    assert f"did you mean {nearest}?" in str(error.value)
    assert model.edits == []


def test_an_attribute_of_ones_own_may_be_set(model):
    model.town("azaz").visited = True
    assert model.town("azaz").visited
    assert not hasattr(model.town("raqqa"), "visited")


def test_what_module_model_town_and_ensemble_offer_completes_by_tab(model):
    assert {"RebelConflict", "run_ensemble"} <= set(dir(sim))
    assert {"town", "faction", "explain", "fork"} <= set(dir(model))
    assert {"grievance", "holder", "neighbours"} <= set(dir(model.town("azaz")))
    assert {"runs", "replay"} <= set(dir(sim.run_ensemble(runs=1, days=1, progress=False)))


def test_columns_and_wars_are_tables(played):
    columns, wars = played.columns, played.wars
    assert columns["men"].sum() == sum(faction.on_road for faction in played.factions.values())
    assert {"province", "faction_a", "faction_b"} == set(wars.columns)
    assert (wars["faction_a"] == "isis").any() or (wars["faction_b"] == "isis").any()


def test_the_public_name_is_the_class():
    assert sim.RebelConflict is RebelConflict


def test_edits_are_plain_data(model):
    model.town("azaz").people = 10
    model.faction("isis").hostility["ypg"] = 0.5
    model.town("azaz").holder = None
    assert json.loads(json.dumps(model.edits)) == [list(edit) for edit in model.edits]


def test_nothing_warns():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        RebelConflict(seed=4, days=2).run()


def test_ids_complete_by_tab_inside_a_call(played, monkeypatch, tmp_path):
    """In the kernel's own completer: IPython knows nothing of what a call takes."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    completion.register()
    completion.register()
    shell.user_ns["model"] = played

    def offered(code):
        with provisionalcompleter():
            return [made.text for made in shell.Completer.completions(code, len(code))]

    try:
        assert offered('model.town("aza') == ["azaz"]
        assert set(offered("model.faction('")) == set(played.faction_ids)
        assert offered('x = model.sponsor("qat') == ["qatar"]
        assert offered('model.explain(day=3, town="aza') == ["azaz"]
        assert [m.__name__ for m in shell.Completer.custom_matchers].count("ids_matcher") == 1
        for code in ('model.town("zzz', 'nothing.town("a', "model.town("):
            assert "azaz" not in offered(code)
    finally:
        shell.history_manager.end_session()
        shell.restore_sys_module_state()


def test_a_shell_that_completes_nothing_is_left_alone(monkeypatch):
    """Solara stands for IPython with an object of its own."""
    monkeypatch.setattr("IPython.get_ipython", object)
    completion.register()
