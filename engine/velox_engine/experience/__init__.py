"""The local store of suggestions, feedback, attempts and transitions."""

from __future__ import annotations

from velox_engine.experience.location import data_dir, store_path
from velox_engine.experience.records import AttemptRecord, FeedbackRecord, SuggestionRecord
from velox_engine.experience.store import ExperienceStore

__all__ = [
    "AttemptRecord",
    "ExperienceStore",
    "FeedbackRecord",
    "SuggestionRecord",
    "data_dir",
    "store_path",
]
