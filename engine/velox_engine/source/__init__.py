"""Parsed files, positions, edits, suppressions and local type inference."""
