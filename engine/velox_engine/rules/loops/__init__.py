"""Rules on loops that do too much in each turn."""
