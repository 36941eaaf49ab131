"""The record: `Record`, `Score`, `RecordError`, `read_record`, `record_of`, `record_classes`, `score`.

What history left, and scores against it. Reads control, casualties, clashes and targets once, brings runs
and record into one form, and compares them. Knows scenarios, not how a world is run; no run reads the record.
"""

from sim.record.files import RecordError
from sim.record.read import Record, read_record, record_classes, record_of
from sim.record.scoring import Score, score

__all__ = ["Record", "RecordError", "Score", "read_record", "record_classes", "record_of", "score"]
