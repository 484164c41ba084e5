"""The façade everybody calls: scan, choose, rewrite, verify, accept, record."""

from velox_engine.advisor.advise import Advisor, FunctionAdvice
from velox_engine.advisor.episode import Episode, Step, Workbench

__all__ = ["Advisor", "Episode", "FunctionAdvice", "Step", "Workbench"]
