"""The record: what history left, and scores against it (`read_record`, `score`, `Record`, `Score`).

Reads control, casualties and targets, brings runs and record into one form, and compares them. No run reads
the record.
"""

from sim.record.read import Record, RecordError, read_record
from sim.record.scoring import Score, score

__all__ = ["Record", "RecordError", "Score", "read_record", "score"]
