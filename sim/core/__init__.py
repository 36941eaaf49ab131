"""The compiled model: state, rules and one day, as functions of numbers.

Knows numbers only: no scenario files, no tables of results, no Mesa. Everything here that advances time is
called by both the stepped model (`sim.model`) and the ensembles (`sim.ensemble`), so that one run is the same
to the last bit however it is played.
"""
