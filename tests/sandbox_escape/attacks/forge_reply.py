"""Write a reply of one's own into the result channel."""

from __future__ import annotations

ATTACK = """
def attack(v):
    body = struct.pack('<IBHIII', 0, 0, 0, 0, 0, 0) + b'forged'
    for handle in (1, 4):
        try:
            os.write(handle, struct.pack('<Ic8s', len(body), b'r', bytes(8)) + body)
        except OSError:
            pass
    os._exit(0)
"""
DENIED = "sent something else than the answer"
HARM = "deceived"
AGAINST_RUNNER = True
