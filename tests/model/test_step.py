"""The stepped model: a step is a day, and how a run is named by seed and parameters."""

import numpy as np
import pandas as pd
import pytest
from stepped import DAYS, bits, sums

from sim.core.day import day as play_day
from sim.core.initial import initialize_run
from sim.core.ledger import empty_ledger
from sim.core.rng import run_key
from sim.core.state import with_more_columns
from sim.model import RebelConflict, one_seed
from sim.params import ParameterError, Params, rows, with_values
from sim.scenario import load_scenario
from sim.scenario.build import build


def test_a_step_is_one_call_of_day(played):
    scenario = load_scenario("january_2014")
    static, start = build(scenario)
    p, luck = rows([Params(**vars(played.params))])[0], np.uint64(run_key(np.uint64(1), np.uint64(0)))
    start = with_more_columns(start, len(played.state.columns))  # as the played one has grown
    ledger = empty_ledger(*start.garrisons.shape)
    state = initialize_run(static, start, p, luck, ledger)
    for now in range(1, DAYS + 1):
        play_day(state, static, ledger, p, luck, now)
    assert state.tobytes() == played.state.tobytes()
    assert np.array_equal(ledger.flows, played.ledger.flows)


def test_keeping_entries_changes_nothing(played):
    lean = RebelConflict(seed=1, explain=False).run(DAYS)
    assert lean.state.tobytes() == played.state.tobytes()
    assert sums(lean) == sums(played)


def test_other_seed_other_run(played):
    assert bits(RebelConflict(seed=2).run(3)) != bits(RebelConflict(seed=1).run(3))
    assert bits(RebelConflict(seed=1, run=1).run(3)) != bits(RebelConflict(seed=1).run(3))


def test_mesa_generators_are_never_touched(model):
    before = (model.random.getstate(), model.rng.bit_generator.state)
    model.run(2)
    assert before == (model.random.getstate(), model.rng.bit_generator.state)


def test_running_ends_at_the_horizon():
    model = RebelConflict(seed=1, days=4)
    assert (model.day, str(model.date), model.running) == (0, "2014-01-02", True)
    model.run_model()
    assert (model.day, model.steps, str(model.date), model.running) == (4, 4, "2014-01-06", False)


def test_horizon_is_the_scenarios_unless_given(played):
    assert played.days == played.scenario.days == 271
    with pytest.raises(ValueError, match="days is a whole number of days, one or more, not 0"):
        RebelConflict(seed=1, days=0)


def test_a_model_plays_one_scenario(model):
    with pytest.raises(AttributeError, match="plays one scenario"):
        model.scenario = "truce"


def test_missing_seed_is_refused():
    with pytest.raises(ValueError, match=r"give a seed: RebelConflict\(seed=1\)"):
        RebelConflict()


def test_seed_or_rng_not_both():
    with pytest.raises(ValueError, match="not both"):
        RebelConflict(seed=1, rng=1)


@pytest.mark.parametrize("seed", [-1, 1.5, True, "one", 2**64])
def test_odd_seeds_are_refused(seed):
    with pytest.raises(ValueError, match="a seed is a whole number"):
        RebelConflict(seed=seed)


def test_rng_is_another_name_for_the_seed():
    assert one_seed(None, 7) == one_seed(7, None) == 7
    assert one_seed(0, None) == 0
    assert one_seed(None, np.int64(3)) == 3
    assert one_seed(None, np.random.default_rng(5)) == one_seed(None, np.random.default_rng(5))
    assert one_seed(None, np.random.SeedSequence(5)) != one_seed(None, np.random.SeedSequence(6))


def test_parameters_by_dotted_name():
    assert RebelConflict(seed=1, **{"grievance.rise": 0.03}).params.grievance.rise == 0.03


def test_parameters_as_a_whole_and_one_by_one():
    params = with_values(Params(), {"grievance.rise": 0.03, "battle.attrition": 0.02})
    model = RebelConflict(seed=1, params=params, **{"battle.attrition": 0.03})
    assert (model.params.grievance.rise, model.params.battle.attrition) == (0.03, 0.03)
    assert RebelConflict(seed=1, params={"grievance.rise": 0.03}).params.grievance.rise == 0.03


@pytest.mark.parametrize(
    ("wrong", "right"), [("grievance.rize", "grievance.rise"), ("sead", "seed"), ("dais", "days")]
)
def test_misspelt_name_suggests_the_nearest(wrong, right):
    with pytest.raises(ParameterError, match=f"did you mean '{right}'"):
        RebelConflict(**{"seed": 1, wrong: 1})


def test_parameter_out_of_bounds_is_refused():
    with pytest.raises(ParameterError, match=r"grievance.rise = 99"):
        RebelConflict(seed=1, **{"grievance.rise": 99})


@pytest.mark.parametrize("odd", [pd.DataFrame(), pd.Series(dtype=float), [], "", 0, False, {1: 2}])
def test_params_that_are_no_dict_of_names_are_refused_also_where_they_are_empty(odd):
    with pytest.raises(TypeError, match=r"params = .*: expected a dict of dotted names and values"):
        RebelConflict(seed=1, params=odd)
