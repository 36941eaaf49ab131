"""Many runs: `run_ensemble`, `run_design`, `make_design`, `load_results`, `Ensemble`, `Design`.

Plays worlds in blocks on all cores, keeps their tables in memory or on disk, and reads them back. Owns no
rule and no draw: those are in `sim.core`.
"""

from typing import TYPE_CHECKING

from sim._util.lazy import lazy

if TYPE_CHECKING:
    from sim.ensemble.design import Design, make_design
    from sim.ensemble.ensemble import Ensemble
    from sim.ensemble.run import run_ensemble
    from sim.ensemble.store.results import load_results
    from sim.ensemble.sweep import run_design

__all__ = ["Design", "Ensemble", "load_results", "make_design", "run_design", "run_ensemble"]
__getattr__ = lazy(  # a design is checked without waiting for the compiler
    __name__,
    {
        "Design": "design",
        "Ensemble": "ensemble",
        "load_results": "store.results",
        "make_design": "design",
        "run_design": "sweep",
        "run_ensemble": "run",
    },
)
