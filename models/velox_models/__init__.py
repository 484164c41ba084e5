"""Trained weights that ship with Velox, and the data behind them."""
