def parse_hex_dump(lines: list[str]) -> bytes:
    data = b""
    for line in lines:
        _, _, rest = line.partition(":")
        for pair in rest.split():
            data += bytes([int(pair, 16)])
    return data


# ---- Velox does not see what follows ----
import random

ENTRY = "parse_hex_dump"
EXPECT = "improve"
WHY = "Bytes added one by one to an immutable bytes object."
BENCH = 3000


def gen(n):
    return ([f"{16 * k:06x}: " + " ".join(f"{random.randrange(256):02x}" for _ in range(16)) for k in range(n // 10)],)


EDGES = [([],), (["no colon"],), (["0: zz"],), (["0: ff 00"],)]
