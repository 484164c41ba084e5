"""Reads what profilers measured, so that findings can be weighed by the time that is really spent there."""

from velox_engine.workspace.profiles.profile import Entry, Profile, Share
from velox_engine.workspace.profiles.read import FORMATS, read_profile

__all__ = ["FORMATS", "Entry", "Profile", "Share", "read_profile"]
