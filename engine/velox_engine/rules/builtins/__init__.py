"""Rules on sorting and builtins that do more work than is asked for."""
