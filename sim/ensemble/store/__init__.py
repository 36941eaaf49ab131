"""Results on disk: one manifest, whole shards with receipts, one writer, one reader, one lock.

Knows files and tables; what is played, and how, is the business of `sim.ensemble`.
"""
