"""Collecting measured outcomes and training the policy on them; the only part that imports torch."""
