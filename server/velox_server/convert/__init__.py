"""Conversions between the engine's values and the language server protocol's."""
