def checksum(data: bytes) -> int:
    a = 1
    b = 0
    for i in range(len(data)):
        a = (a + data[i]) % 65521
        b = (b + a) % 65521
    return b * 65536 + a


# ---- Velox does not see what follows ----
import random

ENTRY = "checksum"
EXPECT = "improve"
WHY = "Adler-32 with a modulo at every byte, by index."
BENCH = 20000


def gen(n):
    return (random.randbytes(n),)


EDGES = [(b"",), (b"a",), (b"\xff" * 6000,)]
