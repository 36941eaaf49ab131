"""Many runs: `run_ensemble`, `run_design`, `make_design`, `load_results`, `save_results`.

A plan says what is to be played, the engine plays it in blocks on all cores, the store keeps its tables, the
reader gives them back as an `Ensemble`. An ensemble of one world is a design with one point. Owns no rule
and no draw: those are in `sim.core`.
"""

from typing import TYPE_CHECKING

from sim._util.lazy import lazy

if TYPE_CHECKING:
    from sim.ensemble.design import Design, make_design
    from sim.ensemble.ensemble import Ensemble
    from sim.ensemble.load import load_results
    from sim.ensemble.run import run_design, run_ensemble, save_results

__all__ = ["Design", "Ensemble", "load_results", "make_design", "run_design", "run_ensemble", "save_results"]
__getattr__ = lazy(  # a design is checked without waiting for the compiler
    __name__,
    {
        "Design": "design",
        "Ensemble": "ensemble",
        "load_results": "load",
        "make_design": "design",
        "run_design": "run",
        "run_ensemble": "run",
        "save_results": "run",
    },
)
