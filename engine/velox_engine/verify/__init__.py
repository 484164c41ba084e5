"""Proof by differential testing and measurement: same behaviour, faster, or not offered."""
