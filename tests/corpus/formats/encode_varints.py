def encode_varints(numbers: list[int]) -> bytes:
    """Little-endian groups of seven bits; ValueError for a negative number."""
    out = b""
    for number in numbers:
        if number < 0:
            raise ValueError("negative")
        while number > 127:
            out += bytes([number & 127 | 128])
            number >>= 7
        out += bytes([number])
    return out


# ---- Velox does not see what follows ----
import random

ENTRY = "encode_varints"
EXPECT = "maybe"
WHY = "Bytes joined in a loop of loops."
BENCH = 3000


def gen(n):
    return ([random.randrange(1 << random.randint(1, 28)) for _ in range(n // 2)],)


EDGES = [([],), ([0, 127, 128],), ([-1],), ([2**70],)]
