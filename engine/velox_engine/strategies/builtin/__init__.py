"""The built-in strategies, one file each; `registry.py` lists them in order."""
