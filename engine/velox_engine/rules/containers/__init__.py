"""Rules on lists, queues, dicts and sets used against their grain."""
