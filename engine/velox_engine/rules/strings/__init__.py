"""Rules on text built or searched the slow way, and regular expressions."""
