"""Rules on files, databases, waiting, exceptions and memory."""
