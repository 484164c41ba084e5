"""Rules on numbers, arrays and data frames handled one element at a time."""
