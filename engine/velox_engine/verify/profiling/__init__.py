"""Measures where the processor time of a command goes, in every Python process that it starts."""

from velox_engine.verify.profiling.session import Profiled, profile_command

__all__ = ["Profiled", "profile_command"]
