"""The ODD protocol of the model, ``sim/ODD.md``: prose from a template, tables and equations from the code.

``python -m sim.odd`` writes it anew, ``python -m sim.odd --check`` says whether it is up to date.
"""
