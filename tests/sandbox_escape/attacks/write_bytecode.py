"""Put compiled code beside the user's own modules."""

from __future__ import annotations

ATTACK = """
def attack(v):
    os.mkdir(v['home'] + '/__pycache__')
    with open(v['home'] + '/__pycache__/site.cpython-311.pyc', 'wb') as handle:
        handle.write(b'code')
"""
DENIED = "PermissionError"
HARM = "files"
