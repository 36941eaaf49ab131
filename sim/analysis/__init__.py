"""Estimators: what differs, what explains, what matters, where it happens. Numbers in, tables out.

`pairs` (differences run by run), `survival` (when, with a competing end), `attribution` (Shapley),
`sensitivity` (Morris, Sobol), `discovery` (PRIM, CART). None of them plays a world or draws a figure.
"""
