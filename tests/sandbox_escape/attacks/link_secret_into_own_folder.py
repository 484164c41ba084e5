"""Give the secret a second name where reading is allowed."""

from __future__ import annotations

ATTACK = """
def attack(v):
    import tempfile
    place = tempfile.gettempdir() + '/velox-escape-link'
    os.link(v['secret'], place)
    try:
        return open(place).read()
    finally:
        os.unlink(place)
"""
DENIED = "No usable temporary directory"
HARM = "read"
