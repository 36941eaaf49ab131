"""Pages written from code: ``sim.docs.pages`` knows them, ``infighting docs`` writes or compares them.

The ODD protocol (prose from ``template.md``, all else read off declarations and laws), the reference of
results, the catalogue of parameters, the gallery of figures. It may know every room below it, and declares
nothing itself: what a page says stands beside the code that it is about.
"""
