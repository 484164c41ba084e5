def hex_rows(data: bytes) -> str:
    text = ""
    for offset in range(0, len(data), 16):
        chunk = data[offset : offset + 16]
        text += "%06x " % offset
        for byte in chunk:
            text += " %02x" % byte
        printable = ""
        for byte in chunk:
            if 32 <= byte < 127:
                printable += chr(byte)
            else:
                printable += "."
        text += "  " + printable + "\n"
    return text


# ---- Velox does not see what follows ----
import random

ENTRY = "hex_rows"
EXPECT = "improve"
WHY = "A hex dump whose text grows by single characters."
BENCH = 3000


def gen(n):
    return (random.randbytes(2 * n),)


EDGES = [(b"",), (b"a",), (bytes(17),)]
