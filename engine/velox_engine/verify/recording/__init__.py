"""Real arguments of a project's functions: captured while a command runs, kept on this machine, replayed first."""

from velox_engine.verify.recording.session import Session, record
from velox_engine.verify.recording.store import Recorded, Recordings

__all__ = ["Recorded", "Recordings", "Session", "record"]
