"""Figures: they draw for every shape of result, say what they show, and are the same to the byte."""

import datetime
import itertools
import math
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.style as matplotlib_style
import numpy as np
import pandas as pd
import pytest
from fake_ensemble import fake_ensemble, fake_scenario, small_basemap
from matplotlib.animation import FFMpegWriter
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from sim import plots, run_ensemble
from sim.plots import (
    basemap,
    columns,
    difference,
    frames,
    holder_maps,
    incidence,
    maps,
    network,
    outcomes,
    palette,
    style,
    town_dots,
    wars,
)
from sim.scenario import load_scenario

HERE = Path(__file__).parents[1]

OF_AN_ENSEMBLE = {
    "towns_over_time": plots.towns_over_time,
    "over_time": plots.over_time,
    "deaths_over_time": plots.deaths_over_time,
    "alignment": plots.alignment,
    "chance_map": plots.chance_map,
    "holders_map": plots.holders_map,
    "outcome_shares": plots.outcome_shares,
    "regrouping": plots.regrouping,
    "trough_recovery": plots.trough_recovery,
    "control_raster": plots.control_raster,
    "infighting_network": plots.infighting_network,
}
ENSEMBLES = {
    "one run": lambda: fake_ensemble(1, 40),
    "few runs": lambda: fake_ensemble(5, 40),
    "many runs": lambda: fake_ensemble(60, 120),
    "no towns of the focal faction": lambda: fake_ensemble(25, 40, strength=0.0),
    "a single town": lambda: fake_ensemble(25, 40, scenario=fake_scenario(1)),
    "one day": lambda: fake_ensemble(3, 1),
}


@pytest.fixture(scope="module")
def ensemble():
    return fake_ensemble(40, 60)


@pytest.fixture(scope="module")
def january():
    return fake_ensemble(30, 60, scenario=load_scenario("january_2014"))


def drawn(ax):
    """Lay out and draw, so that what goes wrong only then goes wrong here."""
    ax.figure.canvas.draw()
    return ax


def texts_of(ax):
    return [text for text in ax.texts if text.get_visible() and text.get_text()]


@pytest.mark.parametrize("shape", ENSEMBLES)
@pytest.mark.parametrize("name", OF_AN_ENSEMBLE)
def test_every_figure_draws_every_shape_of_result_and_says_what_it_is(name, shape):
    ax = drawn(OF_AN_ENSEMBLE[name](ENSEMBLES[shape](), width=style.COLUMN))
    assert isinstance(ax, Axes)
    assert ax.get_title(loc="left")
    assert "seed 1" in plots.caption_of(ax)


@pytest.mark.parametrize("shape", ENSEMBLES)
def test_small_multiples_and_differences_draw_every_shape_of_result(shape):
    ensemble = ENSEMBLES[shape]()
    for axes in (plots.chance_maps(ensemble), plots.holders_maps(ensemble, run=0)):
        drawn(axes[0])
        assert len(axes) == len(frames.month_ends(ensemble.scenario, ensemble.days))
        assert "seed 1" in plots.caption_of(axes[0])
    drawn(plots.difference_map(ensemble, ensemble))


@pytest.mark.parametrize("name", OF_AN_ENSEMBLE)
def test_given_axes_are_drawn_on_and_keep_their_figure_to_themselves(name, ensemble):
    figure = Figure(figsize=(7, 3))
    left, right = figure.subplots(1, 2)
    assert OF_AN_ENSEMBLE[name](ensemble, ax=right) is right
    drawn(right)
    assert not left.has_data()
    assert "seed 1" in plots.caption_of(right)
    assert all(not text.get_visible() for text in figure.findobj(lambda a: a.get_gid() == "caption"))


def test_a_caption_can_be_left_out_or_written_by_hand(ensemble):
    assert plots.caption_of(plots.towns_over_time(ensemble, caption=False)) == ""
    assert plots.caption_of(plots.towns_over_time(ensemble, caption="By hand.")) == "By hand."
    assert plots.caption_of(plots.chance_map(ensemble, caption="By hand.")) == "By hand."


@pytest.mark.parametrize("width", [style.COLUMN, style.PAGE])
@pytest.mark.parametrize("name", OF_AN_ENSEMBLE)
def test_nothing_sticks_out_of_the_figure(name, width, january):
    ax = drawn(OF_AN_ENSEMBLE[name](january, width=width))
    page = ax.figure.bbox
    for text in ax.figure.findobj(mpl.text.Text):
        if text.get_visible() and text.get_text() and not text.get_clip_on():
            box = text.get_window_extent()
            if box.width and (text.get_gid() == "caption" or text.axes is not None):
                assert box.x0 > page.x0 - 3, text
                assert box.x1 < page.x1 + 3, text


def test_a_script_opens_no_window_and_finds_its_settings_as_they_were():
    script = """
        import sys
        import matplotlib
        before = dict(matplotlib.rcParams)
        from fake_ensemble import fake_ensemble
        from sim import plots, run_ensemble
        plots.towns_over_time(fake_ensemble(3, 40))
        plots.chance_maps(fake_ensemble(3, 40))
        assert "matplotlib.pyplot" not in sys.modules
        assert dict(matplotlib.rcParams) == before
    """
    path = {"PYTHONPATH": f"{HERE}:{HERE.parent}", "PATH": "", "HOME": "/nonexistent", "MPLBACKEND": "tkagg"}
    path["MPLCONFIGDIR"] = mpl.get_cachedir()
    subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=path, check=True, timeout=120)


def test_a_notebook_gets_a_figure_that_shows_itself(monkeypatch, ensemble):
    import matplotlib.pyplot as plt

    assert not style.shows_by_itself()
    monkeypatch.setattr(style, "shows_by_itself", lambda: True)
    plt.switch_backend("agg")
    ax = plots.towns_over_time(ensemble)
    assert plt.fignum_exists(ax.figure.number)
    plt.close("all")


def test_ticks_made_after_the_settings_are_gone_keep_their_size(ensemble):
    ax = drawn(plots.towns_over_time(ensemble))
    assert {tick.label1.get_size() for tick in ax.yaxis.get_major_ticks()} == {style.TEXT}


# --- numbers ---------------------------------------------------------------------------------------------


def test_control_of_a_day_is_the_last_change_before_it(ensemble):
    days = [60, 0, 17, 8]
    states, names = frames.control_at(ensemble, days)
    for k, day in enumerate(days):
        past = ensemble.control[ensemble.control["day"] <= day].sort_values("day", kind="stable")
        last = past.groupby(["run", "town"], observed=False)["holder"].last().unstack()
        expected = last[list(ensemble.scenario.town_ids)].to_numpy(str)
        assert (np.array(names)[states[k]] == expected).all()


def test_results_of_another_scenario_are_refused(ensemble):
    mixed = SimpleNamespace(**vars(ensemble))
    mixed.scenario = fake_scenario(3)
    with pytest.raises(ValueError, match="town_03, town_04, town_05 not among"):
        plots.chance_map(mixed)


def test_categories_that_no_row_uses_do_no_harm():
    column = pd.Categorical(["b", "c"], categories=["a", "b", "c"])
    assert frames.codes(column, ["c", "b"]).tolist() == [1, 0]


def test_chances_of_holding_are_shares_of_runs(ensemble):
    held = frames.held_at(ensemble, [60])[0]
    now = ensemble.daily[(ensemble.daily["day"] == 60) & (ensemble.daily["faction"] == "isis")]
    assert (held.sum(axis=1) == now["towns"].to_numpy()).all()
    anywhere = frames.held_at(ensemble, [60], held="any")[0]
    assert (anywhere >= held).all()
    assert (frames.held_at(ensemble, [60], held="sole")[0] <= anywhere).all()


def test_the_drawn_median_is_the_median_of_the_runs(ensemble):
    ax = plots.towns_over_time(ensemble)
    focal = ensemble.focal.pivot_table(index="run", columns="day", values="towns")
    line = max(ax.lines, key=lambda line: line.get_linewidth())
    assert np.allclose(line.get_ydata(), focal.median())


def test_runs_that_were_cut_short_are_drawn_as_far_as_they_go(ensemble):
    part = SimpleNamespace(**vars(ensemble))
    part.focal = ensemble.focal[(ensemble.focal["run"] > 0) | (ensemble.focal["day"] < 30)]
    drawn(plots.towns_over_time(part))


def test_shares_at_war_follow_the_changes(ensemble):
    shares = wars.at_war_shares(ensemble, 40, "West")
    changes = ensemble.alignment[ensemble.alignment["province"] == "West"]
    for name, day in itertools.product(shares.index, (0, 7, 40)):
        past = changes[(changes["faction"] == name) & (changes["day"] <= day)]
        at_war = past.sort_values("day", kind="stable").groupby("run")["at_war"].last()
        assert shares.loc[name, day] == pytest.approx(at_war.sum() / 40)


def test_a_difference_of_one_world_with_itself_is_nothing(ensemble):
    change, half, paired = difference.difference(ensemble, ensemble, 30)
    assert paired
    assert not change.any()
    assert not half.any()


def test_pairs_of_one_seed_make_a_difference_surer():
    one, other = fake_ensemble(60, 40, strength=0.9), fake_ensemble(60, 40)
    _, paired, _ = difference.difference(one, other, 40)
    other.seed = 2
    change, apart, _ = difference.difference(one, other, 40)
    assert paired.sum() < apart.sum()
    assert (change <= 0).all()


def test_class_shares_add_up_and_lie_within_their_intervals(ensemble):
    table = outcomes.outcome_share_table(ensemble)
    assert table["share"].sum() == pytest.approx(1)
    assert table["share"].between(table["low"] - 1e-12, table["high"] + 1e-12).all()


def test_scenarios_of_one_name_are_refused(ensemble):
    with pytest.raises(ValueError, match="one name"):
        plots.outcome_shares([ensemble, ensemble])
    drawn(plots.outcome_shares({"a": ensemble, "b": ensemble}))
    drawn(plots.regrouping({"a": ensemble, "b": ensemble}, width=style.COLUMN))


def test_regrouping_is_drawn_from_results_or_from_a_table(ensemble):
    table = incidence.incidence_table(ensemble)
    ends = table[table["day"] == 60].set_index("event")["share"]
    assert 0 < ends["back"] == pytest.approx(ensemble.runs["back"].mean())
    dated = drawn(plots.regrouping(table, start="2014-01-02"))
    bare = drawn(plots.regrouping(table.drop(columns=["low", "high", "name"])))
    assert bare.get_xlabel() == "day"
    for ax in (dated, bare, drawn(plots.regrouping(ensemble))):
        assert f"back {100 * ends['back']:.0f} %" in {text.get_text() for text in texts_of(ax)}
    with pytest.raises(ValueError, match="no column share; it needs event, day, share"):
        plots.regrouping(table.drop(columns="share"))


def test_class_shares_are_drawn_from_results_or_from_their_table(ensemble):
    table = outcomes.outcome_share_table({"a": ensemble, "b": ensemble})
    ax = drawn(plots.outcome_shares(table))
    same = drawn(plots.outcome_shares({"a": ensemble, "b": ensemble}))
    assert [text.get_text() for text in texts_of(ax)] == [text.get_text() for text in texts_of(same)]
    assert "40 runs of each" in plots.caption_of(ax)


def test_fighting_is_counted_once_a_run_and_pair(ensemble):
    pairs = network.pairs_of(ensemble)
    assert pairs["engagements"].sum() == pytest.approx(len(ensemble.engagements) / 40)


# --- maps ------------------------------------------------------------------------------------------------


def test_dots_are_moved_apart_and_no_farther():
    points, radii = np.array([[0.0, 0.0], [1.0, 0.0], [100.0, 0.0]]), np.array([5.0, 5.0, 5.0])
    moved = town_dots.move_apart(points, radii)
    assert math.dist(moved[0], moved[1]) > 9.9
    assert moved[2].tolist() == [100.0, 0.0]


def test_dots_on_one_spot_are_parted():
    moved = town_dots.move_apart(np.zeros((6, 2)), np.full(6, 2.0))
    assert min(math.dist(a, b) for a, b in itertools.combinations(moved, 2)) > 3.9


@pytest.mark.parametrize("width", [style.COLUMN, style.PAGE])
def test_no_name_of_a_town_hides_another(width, january):
    ax = drawn(plots.chance_map(january, width=width))
    boxes = [text.get_window_extent() for text in texts_of(ax) if text.get_zorder() == 5]
    assert len(boxes) > 5
    for one, other in itertools.combinations(boxes, 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        high = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert wide < 2 or high < 3


def test_a_map_has_the_shape_of_the_land(january):
    ax = drawn(plots.chance_map(january))
    west, east, south, north = basemap.extent(january.scenario)
    box = ax.get_window_extent()
    per_lon, per_lat = box.width / (east - west), box.height / (north - south)
    assert per_lon / per_lat == pytest.approx(math.cos(math.radians((south + north) / 2)), rel=1e-3)


def test_every_town_lies_on_the_map(january):
    west, east, south, north = basemap.extent(january.scenario)
    x, y = basemap.places(january.scenario).T
    assert ((x > west) & (x < east) & (y > south) & (y < north)).all()


def test_a_basemap_of_any_kinds_of_lines_is_drawn(tmp_path):
    drawn(plots.chance_map(fake_ensemble(3, 40, scenario=fake_scenario(basemap=small_basemap(tmp_path)))))


def test_roads_follow_their_drawing_points():
    assert basemap._via("A:35.1:36.2|B:35.3:36.4") == [(36.2, 35.1), (36.4, 35.3)]
    assert basemap._via(float("nan")) == []
    assert basemap._via("") == []


def test_towns_of_one_name_are_told_apart(january):
    names = town_dots.full_names(january.scenario)
    assert len(set(names)) == len(names)
    assert {"Aleppo (east)", "Aleppo (west)", "Raqqa"} <= set(names)


def made_up_model(scenario):
    towns = np.zeros(len(scenario.town_ids), [("holder", "i8"), ("contested", "i8")])
    towns["holder"][0], towns["contested"][1] = -1, 1
    fields = ("faction", "local", "mobile", "at", "next", "purpose")
    columns = np.zeros(4, [(name, "i8") for name in fields] + [("ahead", "f8")])
    columns[0] = (1, 30, 70, 0, 1, 0, 10.0)
    columns[1] = (1, 0, 50, 0, 1, 0, 30.0)
    columns[2] = (0, 10, 0, 2, 1, 2, 20.0)
    return SimpleNamespace(
        scenario=scenario,
        day=3,
        town_ids=scenario.town_ids,
        faction_ids=scenario.faction_ids,
        state=SimpleNamespace(towns=towns, columns=columns),
        static=SimpleNamespace(km=np.full((len(towns), len(towns)), 40.0)),
    )


def test_columns_on_one_road_march_together():
    model = made_up_model(fake_scenario(4))
    assert columns.marching(model) == [
        ("ahrar_al_sham", False, 2, 1, 0.5, 10),
        ("isis", True, 0, 1, 0.5833333333333334, 150),
    ]
    assert [men for *_, men in columns.marching(model, least=20)] == [150]
    assert columns.holders_tonight(model)[:3] == ["none", "contested", "ahrar_al_sham"]
    ax = drawn(plots.columns_map(model, least=1))
    assert {"150", "10"} <= {text.get_text() for text in texts_of(ax)}


def test_a_column_is_drawn_on_its_road():
    scenario = fake_scenario(3)
    scenario.roads["via"] = ["A:36.5:36.5|B:36.5:36.9", np.nan]
    way_of = columns.drawn_ways(scenario)
    place, way = columns.on_the_way(way_of(0, 1), 0.5)
    assert place.tolist() == pytest.approx([36.65, 36.5])
    back, other_way = columns.on_the_way(way_of(1, 0), 0.5)
    assert back.tolist() == pytest.approx(place.tolist(), abs=1e-9)
    assert (np.sign(other_way) == -np.sign(way)).all()
    assert columns.on_the_way(way_of(0, 2), 1.0)[0].tolist() == pytest.approx([37.3, 36.2])


def test_columns_of_one_run_are_found_by_playing_it_again():
    ensemble = run_ensemble(runs=2, days=8, seed=3, progress=False)
    world = ensemble.replay(1, 5)
    assert world.day == 5
    ax = drawn(plots.columns_map(ensemble, 1, "2014-01-07", least=1))
    assert "Run 1 of january_2014 (seed 3), evening of day 5" in plots.caption_of(ax)
    assert ax.get_title(loc="left") == "Columns on the road, 7 January 2014"
    with pytest.raises(ValueError, match="days 0 to 8"):
        plots.columns_map(ensemble, 1, 9)
    with pytest.raises(ValueError, match="as it is tonight"):
        plots.columns_map(world, when=3)


def test_towns_contested_in_many_runs_are_crossed(ensemble):
    control = ensemble.control.copy()
    first = (control["day"] == 0) & (control["town"] == "town_03")
    rest = ~((control["town"] == "town_03") & (control["day"] > 0))
    control.loc[first & (control["run"] < 10), "holder"] = "contested"
    many = SimpleNamespace(**vars(ensemble) | {"control": control[rest]})
    marked = maps.contested_at(many, [30])[0]
    assert marked.tolist()[3]
    control.loc[first & (control["run"] == 0), "holder"] = "isis"
    few = SimpleNamespace(**vars(ensemble) | {"control": control[rest]})
    assert not maps.contested_at(few, [30])[0][3]
    ax = drawn(plots.chance_map(many, 30))
    assert "contested in 25 % of runs" in plots.caption_of(ax)


# --- what is laid over -----------------------------------------------------------------------------------


def test_a_record_and_events_are_laid_over_by_day_or_date(ensemble):
    record = pd.DataFrame(
        {"date": ["2014-01-02", "2014-01-12"], "towns": [3, 1], "low": [2, 1], "high": [4, 2]}
    )
    events = pd.DataFrame({"day": [2, 3, 400], "label": ["first", "second", "beyond the horizon"]})
    ax = drawn(plots.towns_over_time(ensemble, record=record, events=events))
    words = {text.get_text() for text in texts_of(ax)}
    assert {"record", "first", "second"} <= words
    assert "beyond the horizon" not in words
    assert "record" in plots.caption_of(ax)


def test_towns_of_the_record_are_ringed_as_long_as_it_lasts(ensemble):
    record = np.zeros((6, 20), bool)
    record[2, 10:] = True
    early, late, beyond = plots.chance_maps(ensemble, [5, 15, 40], record=record)
    rings = [len(ax.collections) for ax in (early, late, beyond)]
    assert rings[0] == rings[1] == rings[2] + 1
    assert [len(ax.collections[-1].get_offsets()) for ax in (early, late)] == [0, 1]
    assert "record" in plots.caption_of(early)


def test_reported_dead_are_marked(ensemble):
    record = pd.DataFrame({"date": ["2014-01-07", "2014-01-15"], "isis": [131, 312], "rebels": [198, np.nan]})
    bare, marked = plots.deaths_over_time(ensemble), plots.deaths_over_time(ensemble, record=record, days=30)
    assert len(marked.collections) == len(bare.collections) + 2


def test_a_story_is_told_on_the_raster(ensemble):
    happenings = pd.DataFrame(
        [
            (3, "withdraw", "town_02", "isis"),
            (4, "bombing", "town_00", "isis"),
            (5, "killed", "town_00", "isis"),
        ],
        columns=["day", "what", "town", "faction"],
    )
    ax = drawn(plots.control_raster(ensemble, 1, happenings=happenings))
    words = {text.get_text() for text in ax.get_legend().get_texts()}
    assert {"ordered withdrawal", "suicide attack"} <= words
    assert "prisoners killed" not in words


def test_small_multiples_of_one_run_show_who_held_what_on_each_day(ensemble):
    days = [0, 10, 60]
    axes = plots.holders_maps(ensemble, 3, days)
    held = holder_maps.run_holders(ensemble, 3, days)
    assert held[0] != held[1]
    table = palette.looks(ensemble.scenario)
    for ax, names in zip(axes, held, strict=True):
        dots = drawn(ax).collections[-1]
        wanted = [mpl.colors.to_rgba(holder_maps.family_look(table[name]).colour) for name in names]
        assert np.allclose(dots.get_facecolor(), wanted)
    legend = {text.get_text() for text in axes[0].figure.legends[0].get_texts()}
    assert legend == {holder_maps.family_look(table[name]).label for day in held for name in day}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda e: plots.towns_over_time(e, held="all"), "holder, sole, any"),
        (lambda e: plots.chance_map(e, faction="ypg", held="sole"), "isis only"),
        (lambda e: plots.over_time(e, "size"), "cohesion"),
        (lambda e: plots.alignment(e, province="North"), "East, West"),
        (lambda e: plots.holders_map(e, 99), "runs 0 to 39"),
        (lambda e: plots.holders_maps(e, 99), "runs 0 to 39"),
        (lambda e: plots.holders_maps(e, 0, [61]), r"\(day 61\) is not in the results"),
        (lambda e: plots.chance_map(e, "2015-01-01"), "1 January 2015"),
        (lambda e: plots.difference_map(e, e, -1), r"\(day -1\)"),
        (lambda e: plots.infighting_network(network.pairs_of(e)), "scenario="),
        (lambda e: plots.animate(e, 0, "run.avi"), r"\.gif or \.mp4"),
        (lambda e: plots.save(Figure(), "figure.jpg"), "png, svg, pdf"),
        (lambda e: plots.sensitivity(pd.DataFrame({"effect": [1]})), "no column parameter"),
    ],
)
def test_a_wrong_word_is_answered_with_the_right_ones(call, words, ensemble):
    with pytest.raises(ValueError, match=words):
        call(ensemble)


# --- looks -----------------------------------------------------------------------------------------------


def test_every_faction_of_january_2014_has_a_look_of_its_own(january):
    scenario = january.scenario
    table = palette.looks(scenario)
    assert set(scenario.faction_ids) <= set(palette.FACTIONS)
    assert len({(table[name].colour, table[name].dash) for name in scenario.faction_ids}) == len(
        scenario.faction_ids
    )


@pytest.mark.parametrize("name", ["idlib_2017", "idlib_2018", "west_aleppo_2019"])
def test_every_faction_of_another_war_has_a_look_of_its_own_and_no_name_of_january(name):
    scenario = load_scenario(name)
    table = palette.looks(scenario)
    assert set(scenario.faction_ids) <= set(palette.FACTIONS)
    looks = {(table[id].colour, table[id].dash) for id in scenario.faction_ids}
    assert len(looks) == len(scenario.faction_ids)
    assert table["hts"].colour == palette.FAMILIES["isis"].colour
    legend = holder_maps.holder_legend(scenario, [*scenario.faction_ids, "none"])
    words = " ".join(handle.get_label() for handle in legend)
    assert "HTS" in words
    assert not re.search(r"ISIS|Nusra|Islamic Front|SMC", words)


def test_families_differ_in_greyscale():
    twins = {other: family for family, (_, other) in palette.ELSEWHERE.items()}
    for other, family in twins.items():  # one look: what stands for the other where that is not
        assert palette.FAMILIES[other].colour == palette.FAMILIES[family].colour
    own = {name: look for name, look in palette.FAMILIES.items() if name not in twins}
    greys = sorted(np.dot(mpl.colors.to_rgb(look.colour), (0.299, 0.587, 0.114)) for look in own.values())
    named = [grey for look, grey in zip(own, greys, strict=True) if look != "other"]
    assert min(np.diff(named)) > 0.05


@pytest.mark.parametrize("name", [*OF_AN_ENSEMBLE, "difference_map", "chance_maps"])
def test_a_style_of_the_users_own_changes_no_figure(name):
    ensemble = fake_ensemble(5, 40)
    figures = OF_AN_ENSEMBLE | {
        "difference_map": lambda e: plots.difference_map(e, fake_ensemble(5, 40, strength=0.5)),
        "chance_maps": lambda e: plots.chance_maps(e, [10, 40])[0],
    }

    def pixels(given):
        with matplotlib_style.context(given):
            figure = figures[name](ensemble).figure
            figure.canvas.draw()  # as a notebook draws it: after the function has returned
            return np.asarray(figure.canvas.buffer_rgba()).copy()

    assert np.array_equal(pixels("default"), pixels("dark_background"))


def test_shades_of_chance_darken_evenly():
    greys = [np.dot(mpl.colors.to_rgb(colour), (0.299, 0.587, 0.114)) for colour in palette.CHANCE.colors]
    assert max(np.diff(greys)) < -0.08


def test_labels_keep_their_order_and_distance():
    placed = style.spread([5.0, 5.1, 5.2, 9.0], 1.0, 0.0, 9.0)
    assert placed == sorted(placed)
    assert min(np.diff(placed)) > 0.98


# --- files -----------------------------------------------------------------------------------------------

MANIFEST = {
    "git": {"commit": "abc123", "edited": True},
    "code": "c0de",
    "scenario": {"name": "made_up", "hash": "feed"},
    "seed": 1,
    "params": {"grievance.rise": 0.1},
    "command": ["/somewhere/on/a/machine/sim/__main__.py", "runs=3"],
    "wall_seconds": 1.0,
}


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_file_is_the_same_each_time_and_says_what_made_it(kind, tmp_path, ensemble):
    first, second = (
        plots.save(plots.outcome_shares(ensemble), tmp_path / f"{name}.{kind}", MANIFEST, dpi=80)[
            0
        ].read_bytes()
        for name in "ab"
    )
    assert first == second
    assert b"machine" not in first
    assert str(datetime.date.today().year).encode() + b"-" not in first
    if kind == "svg":
        assert b"commit: abc123 with edits" in first
        assert b"python -m sim runs=3" in first
    if kind == "png":
        with Image.open(tmp_path / f"a.{kind}") as picture:
            assert "scenario: made_up feed" in picture.info["Source"]
            assert "Wilson" in picture.info["Description"]


def test_the_wall_clock_is_no_part_of_a_configuration():
    one = plots.saving.configuration_hash(MANIFEST)
    assert one == plots.saving.configuration_hash(MANIFEST | {"wall_seconds": 2.0})
    assert one != plots.saving.configuration_hash(MANIFEST | {"seed": 2})


def test_small_multiples_are_saved_as_one_figure(tmp_path, ensemble):
    files = plots.save(plots.chance_maps(ensemble), tmp_path / "maps")
    assert [file.suffix for file in files] == [".png", ".svg", ".pdf"]


def test_an_animation_moves_and_ends_on_the_last_day(tmp_path, ensemble):
    file = plots.animate(
        ensemble, 2, tmp_path / "run.gif", step=20, dpi=50, manifest=MANIFEST, progress=False
    )
    pictures = []
    with Image.open(file) as film:
        for k in range(film.n_frames):
            film.seek(k)
            pictures.append(np.asarray(film.convert("RGB")).copy())
        assert film.info["duration"] == 2000
        assert b"not a forecast. commit: abc123 with edits" in film.info["comment"]
    assert len(pictures) == 4
    assert all((one != other).any() for one, other in itertools.combinations(pictures, 2))


@pytest.mark.parametrize("shape", ENSEMBLES)
def test_every_shape_of_result_moves(shape, tmp_path):
    file = plots.animate(ENSEMBLES[shape](), 0, tmp_path / "run.gif", step=30, dpi=40, progress=False)
    with Image.open(file) as film:
        assert film.n_frames >= 2


def test_an_animation_says_how_far_it_is(tmp_path, capsys, ensemble):
    plots.animate(ensemble, 0, tmp_path / "run.gif", step=30, dpi=40)
    assert "3/3" in capsys.readouterr().err


@pytest.mark.skipif(not FFMpegWriter.isAvailable(), reason="ffmpeg is not installed (Debian: ffmpeg)")
def test_a_film_is_written_by_ffmpeg_and_is_the_same_each_time(tmp_path, ensemble):
    films = [
        plots.animate(ensemble, 2, tmp_path / name, step=20, dpi=50, manifest=MANIFEST, progress=False)
        for name in ("a.mp4", "b.mp4")
    ]
    one, other = (film.read_bytes() for film in films)
    assert one == other
    assert one[4:8] == b"ftyp"
    assert b"commit: abc123" in one
    said = subprocess.run(["ffmpeg", "-i", films[0]], capture_output=True, text=True).stderr
    assert "Video: h264" in said
    assert "Duration: 00:00:02" in said


def test_a_film_without_ffmpeg_is_refused_plainly(tmp_path, monkeypatch, ensemble):
    monkeypatch.setattr("sim.plots.animation.FFMpegWriter.isAvailable", lambda: False)
    with pytest.raises(ValueError, match="needs ffmpeg"):
        plots.animate(ensemble, 0, tmp_path / "run.mp4")


# --- designs ---------------------------------------------------------------------------------------------


def test_a_grid_is_tiled_and_a_sample_is_dotted():
    grid = pd.DataFrame(
        [(a, b, a * b) for a in (0, 0.5, 1) for b in (0, 0.5, 1)], columns=["a", "b", "share"]
    )
    tiles = drawn(plots.phase_diagram(grid, "a", "b", "share", record=(0.5, 0.5)))
    dots = drawn(plots.phase_diagram(grid.iloc[:-1], "a", "b", "share"))
    assert any(isinstance(c, mpl.collections.QuadMesh) for c in tiles.collections)
    assert not any(isinstance(c, mpl.collections.QuadMesh) for c in dots.collections)


def test_bars_of_designs_are_in_order_of_size():
    frame = pd.DataFrame(
        {"parameter": list("abc"), "effect": [0.1, -0.5, 0.3], "low": 0.0, "high": 0.6, "first": 0.1}
    )
    ax = drawn(plots.sensitivity(frame, most=2))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "c"]
    shares = frame.rename(columns={"parameter": "mechanism", "effect": "share"})
    ax = drawn(plots.shapley(shares))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["c", "a", "b"]


def test_boxes_say_their_density_and_coverage():
    rows = [("one", "a", 0.0, 0.5), ("one", "b", 2.0, 3.0), ("two", "a", 0.4, 1.0)]
    frame = pd.DataFrame(rows, columns=["box", "parameter", "low", "high"])
    frame = frame.assign(lowest=0.0, highest=[1.0, 3.0, 1.0], density=0.8, coverage=0.6)
    ax = drawn(plots.discovery_boxes(frame))
    assert "density 80 %, coverage 60 %" in plots.caption_of(ax)
    assert {"one", "two"} <= {text.get_text() for text in texts_of(ax)}
