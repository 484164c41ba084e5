"""The local store of suggestions, feedback and transitions."""
