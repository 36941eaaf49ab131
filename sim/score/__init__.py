"""Held against the record: targets with bands, town-day scores, skill over simple baselines (ODD 4)."""

from sim.score.record import Record, RecordError, read_record
from sim.score.scoring import Score, score

__all__ = ["Record", "RecordError", "Score", "read_record", "score"]
