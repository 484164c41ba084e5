"""Velox's engine: finds slow Python, rewrites it, proves and measures the rewrite, and learns from the answer."""
