"""Start threads without end."""

from __future__ import annotations

ATTACK = """
def attack(v):
    started = []
    for _ in range(50):
        thread = threading.Thread(target=time.sleep, args=(0.2,))
        thread.start()
        started.append(thread)
    return 'did: %d threads' % len(started)
"""
DENIED = "RuntimeError"
HARM = "did"
