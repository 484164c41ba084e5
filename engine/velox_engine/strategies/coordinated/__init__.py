"""Rewrites of several files at once, each proposed as a whole with what every file could do alone."""
