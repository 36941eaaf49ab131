"""Imported by the process that others are forked off, see interrupted.py: what is compiled is loaded."""

import sim

sim.run_ensemble(runs=1, days=1, detail="daily", progress=False)
