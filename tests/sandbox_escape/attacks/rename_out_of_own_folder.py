"""Make a file where writing is allowed and move it into the home folder."""

from __future__ import annotations

ATTACK = """
def attack(v):
    import tempfile
    place = tempfile.gettempdir() + '/velox-escape-move'
    with open(place, 'w') as handle:
        handle.write('moved')
    try:
        os.rename(place, v['home'] + '/moved')
    except OSError:
        os.unlink(place)
        raise
"""
DENIED = "No usable temporary directory"
HARM = "files"
