"""Rules on functions that call themselves too often."""
