"""Inputs for a function without asking for them: harvested, synthesised, printed and read back."""

from velox_engine.verify.inputs.grower import Grower
from velox_engine.verify.inputs.synthesis import InputSet, synthesise
from velox_engine.verify.inputs.text import case_text, parse_cases

__all__ = ["Grower", "InputSet", "case_text", "parse_cases", "synthesise"]
