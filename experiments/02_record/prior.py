"""python experiments/02_record/prior.py: what ``draw=posterior`` draws until these rules are fitted.

Every number within its declared bounds (uniform), strengths of factions between low and high (triangular,
most likely as judged), and a key for the dealing of men over towns. `fit.py` replaces the file by what the
record leaves likely of it.
"""

from pathlib import Path

import numpy as np
import pandas as pd
from worlds import Prior

import sim

FILE = Path(__file__).parents[2] / "scenarios" / "january_2014" / "posterior.parquet"
DRAWS, SEED = 400, 17


def prior_table(scenario, draws=DRAWS, seed=SEED):
    """Draws of the priors as rows of posterior.parquet."""
    rng, prior = np.random.default_rng(seed), Prior(scenario)
    table = pd.DataFrame(prior.values(rng.normal(size=(draws, len(prior.names)))), columns=prior.names)
    table.insert(0, "weight", 1.0 / draws)
    table["dealing"] = rng.integers(0, 2**62, draws)
    return table


if __name__ == "__main__":
    prior_table(sim.load_scenario("january_2014")).to_parquet(FILE, index=False)
    print(f"{DRAWS} draws of the priors: {FILE}")
