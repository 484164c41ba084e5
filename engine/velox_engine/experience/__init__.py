"""The local store of suggestions, feedback, attempts and transitions.

`ExperienceStore` is imported when it is first named: it brings SQLAlchemy with it, which nothing needs that only
asks where files lie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from velox_engine.experience.location import data_dir, store_path
from velox_engine.experience.records import AttemptRecord, FeedbackRecord, SuggestionRecord

if TYPE_CHECKING:
    from velox_engine.experience.store import ExperienceStore

__all__ = [
    "AttemptRecord",
    "ExperienceStore",
    "FeedbackRecord",
    "SuggestionRecord",
    "data_dir",
    "store_path",
]


def __getattr__(name: str) -> Any:
    if name == "ExperienceStore":
        from velox_engine.experience.store import ExperienceStore

        return ExperienceStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
