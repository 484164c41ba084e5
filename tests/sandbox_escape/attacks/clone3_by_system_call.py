"""Fork with the newest system call."""

from __future__ import annotations

ATTACK = """
def attack(v):
    arguments = ctypes.create_string_buffer(struct.pack('<8Q', 0, 0, 0, 0, 17, 0, 0, 0), 64)
    pid = syscall(435, arguments, 64)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return 'did: clone3'
"""
DENIED = "OSError"
HARM = "did"
