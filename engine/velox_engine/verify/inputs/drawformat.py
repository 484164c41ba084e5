"""Draw text of a format: what a pattern matches, dates, numbers between separators, samples of well-known
notations, and near misses of all of these."""

from __future__ import annotations

import base64
import datetime
import json
import re
import string
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import import_module
from random import Random
from typing import Any

from velox_engine.verify.inputs.formats import Format

_parser: Any = import_module("re._parser")  # the only place where CPython shows how it reads a pattern

DIGITS = string.digits
WORD = string.ascii_lowercase + string.ascii_uppercase + DIGITS + "_"
PRINTABLE = string.ascii_letters + DIGITS + " -_.,:;!?/"
BLANKS = " \t\n"
LARGEST_REPEAT = 5  # beyond a pattern's own minimum
DEEPEST = 12
CATEGORIES = {"CATEGORY_DIGIT": DIGITS, "CATEGORY_WORD": WORD, "CATEGORY_SPACE": BLANKS}


def draw_format(rng: Random, form: Format) -> str:
    """One text of the format."""
    if form.kind == "pattern":
        return _of_pattern(rng, form)
    if form.kind == "strptime":
        return _of_dates(rng, form.texts[0])
    if form.kind == "parser":
        return _SAMPLES[form.texts[0]](rng)
    if form.kind == "seed":
        return _resample(rng, rng.choice(form.texts), form.marks)
    return _of_parts(rng, form)


def near_miss(rng: Random, text: str) -> str:
    """The text with one small change, of the kind that a reader may or may not forgive."""
    at = rng.randrange(len(text)) if text else 0
    match rng.randrange(9):
        case 0:
            return text + rng.choice(("\n", " ", "\r\n", text[-1:]))
        case 1:
            return rng.choice((" ", "\n", "0", "-", "+")) + text
        case 2:
            return text[:at] + text[at + 1 :]
        case 3:
            return text[:at] + text[at : at + 1] * 2 + text[at + 1 :]
        case 4:
            return text.upper() if rng.random() < 0.5 else text.lower()
        case 5:
            return text[:at] + _other(rng, text[at : at + 1]) + text[at + 1 :]
        case 6:
            return text[:at]
        case 7:
            return text + text
        case _:
            return text[:at] + rng.choice(" x0.-_") + text[at:]


def _other(rng: Random, char: str) -> str:
    """A character of another kind, or another of the same kind."""
    same = DIGITS if char.isdigit() else string.ascii_letters if char.isalpha() else ".,:;-_/ "
    return rng.choice(same if rng.random() < 0.6 else PRINTABLE)


def _resample(rng: Random, text: str, marks: str) -> str:
    """An example with its digits and letters drawn anew, so that its layout stays. Ex) "07:45" → "19:03".

    Where it holds marks that the code tells apart they take each other's places. Ex) "3 4 +" → "8 1 -".
    """
    if rng.random() < 0.25:
        return text
    letters = rng.random() < 0.4
    return "".join(
        rng.choice(marks)
        if char in marks and not char.isspace() and rng.random() < 0.5
        else rng.choice(DIGITS)
        if char.isdigit()
        else rng.choice(string.ascii_uppercase if char.isupper() else string.ascii_lowercase)
        if letters and char.isascii() and char.isalpha()
        else char
        for char in text
    )


def _of_parts(rng: Random, form: Format) -> str:
    alphabet = (DIGITS + string.ascii_lowercase)[: form.base]

    def piece() -> str:
        if form.digits and rng.random() < 0.75:
            found = "".join(rng.choice(alphabet) for _ in range(rng.choice((1, 1, 2, 2, 2, 3, 4))))
            return found.upper() if rng.random() < 0.2 else found
        style = rng.random()
        if style < 0.1:
            return rng.choice(form.marks) if form.marks and rng.random() < 0.6 else ""
        if style < 0.2:
            return rng.choice((" ", "-1", "0", "1.5", "a b", " x", "y "))
        return "".join(
            rng.choice(string.ascii_lowercase if style < 0.8 else WORD) for _ in range(rng.randint(1, 4))
        )

    made = piece()
    if form.texts:
        # Separators take turns, as in `a=1;b=2`, or one of them is all there is.
        pair = form.texts if rng.random() < 0.5 else (rng.choice(form.texts),)
        for index in range(rng.choice((0, 1, 1, 1, 2, 3, 5))):
            made += (pair[index % len(pair)] if rng.random() < 0.7 else rng.choice(pair)) + piece()
    if form.prefixes and rng.random() < 0.6:
        made = rng.choice(form.prefixes) + made
    if form.suffixes and rng.random() < 0.6:
        made += rng.choice(form.suffixes)
    return made


# --- patterns -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _tree(pattern: str, flags: int) -> Any:
    return _parser.parse(pattern, flags)


def _of_pattern(rng: Random, form: Format) -> str:
    tree = _tree(form.texts[0], form.flags)
    groups: dict[int, str] = {}
    made = _sequence(rng, tree, groups, 0)
    if form.flags & re.IGNORECASE and rng.random() < 0.5:
        made = made.swapcase()
    if "^" not in form.texts[0] and "$" not in form.texts[0] and rng.random() < 0.3:
        made = rng.choice(("", "a ", "x", "\n")) + made + rng.choice(("", " b", "1", "\n"))
        made += _sequence(rng, tree, {}, 0) if rng.random() < 0.5 else ""
    return made


def _sequence(rng: Random, items: Any, groups: dict[int, str], depth: int) -> str:
    return "".join(_element(rng, str(name), value, groups, depth) for name, value in items)


def _element(rng: Random, name: str, value: Any, groups: dict[int, str], depth: int) -> str:
    if depth > DEEPEST:
        return ""
    if name == "LITERAL":
        return chr(value)
    if name == "NOT_LITERAL":
        return rng.choice([char for char in PRINTABLE if char != chr(value)])
    if name == "ANY":
        return rng.choice(PRINTABLE)
    if name == "IN":
        return rng.choice(_members(value) or " ")
    if name == "BRANCH":
        return _sequence(rng, rng.choice(value[1]), groups, depth + 1)
    if name == "SUBPATTERN":
        made = _sequence(rng, value[3], groups, depth + 1)
        if value[0] is not None:
            groups[value[0]] = made
        return made
    if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = value
        most = min(int(most), int(least) + (LARGEST_REPEAT if depth < 4 else 2))
        # The ends of the allowed range are where rewrites differ.
        count = rng.choice((int(least), most, rng.randint(int(least), most)))
        return "".join(_sequence(rng, inner, groups, depth + 1) for _ in range(count))
    if name == "GROUPREF":
        return groups.get(value, "")
    if name == "ATOMIC_GROUP":
        return _sequence(rng, value, groups, depth + 1)
    if name == "GROUPREF_EXISTS":
        group, yes, no = value
        chosen = yes if groups.get(group) else no
        return _sequence(rng, chosen, groups, depth + 1) if chosen else ""
    return ""  # positions and look-arounds take no characters


def _members(items: Sequence[tuple[Any, Any]]) -> str:
    """The characters of a set, from the readable ones where it is open."""
    found: set[str] = set()
    negated = False
    for name, value in items:
        kind = str(name)
        if kind == "NEGATE":
            negated = True
        elif kind == "LITERAL":
            found.add(chr(value))
        elif kind == "RANGE":
            low, high = value
            found.update(map(chr, range(low, min(high, low + 300) + 1)))
        elif kind == "CATEGORY":
            label = str(value)
            chars = CATEGORIES.get(label.replace("_NOT_", "_"), "")
            found.update(set(PRINTABLE) - set(chars) if "_NOT_" in label else chars)
    return "".join(sorted(set(PRINTABLE) - found if negated else found))


# --- dates ----------------------------------------------------------------------------------------------------------


def _of_dates(rng: Random, layout: str) -> str:
    day = datetime.datetime(
        rng.choice((1900, 1970, 1999, 2000, 2024, rng.randint(1950, 2068))),
        rng.choice((1, 2, 12, rng.randint(1, 12))),
        rng.choice((1, 28, rng.randint(1, 28))),
        rng.choice((0, 12, 23, rng.randint(0, 23))),
        rng.choice((0, 59, rng.randint(0, 59))),
        rng.choice((0, 59, rng.randint(0, 59))),
        rng.choice((0, 1, 999999, rng.randint(0, 999999))),
        tzinfo=datetime.timezone(datetime.timedelta(minutes=rng.choice((0, 60, -330, 765)))),
    )
    made = day.strftime(layout)
    if rng.random() < 0.2:  # people leave leading zeros out
        made = re.sub(r"(?<!\d)0(\d)", r"\1", made)
    return made


# --- well-known notations -------------------------------------------------------------------------------------------


def _json_value(rng: Random, depth: int = 0) -> Any:
    style = rng.randrange(9 if depth < 3 else 6)
    if style < 2:
        return rng.randint(-5, 100)
    if style == 2:
        return rng.choice((1.5, -0.25, 1e10, 0.1))
    if style == 3:
        return rng.choice((None, True, False))
    if style < 6:
        return rng.choice(("", "a", "id", "name", 'x"y', "é", "two words"))
    if style == 6:
        return [_json_value(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    return {
        rng.choice(("a", "b", "id", "name", "value")): _json_value(rng, depth + 1)
        for _ in range(rng.randint(0, 3))
    }


def _address(rng: Random) -> str:
    if rng.random() < 0.3:
        return rng.choice(("::1", "fe80::1", "2001:db8::ff00:42:8329", "::ffff:10.0.0.1"))
    made = ".".join(str(rng.choice((0, 1, 10, 127, 192, 255, rng.randint(0, 255)))) for _ in range(4))
    return made + (f"/{rng.randint(0, 32)}" if rng.random() < 0.2 else "")


def _url(rng: Random) -> str:
    made = rng.choice(("http://", "https://", "ftp://", "//", "", "mailto:"))
    made += rng.choice(("", "user@", "user:pw@")) + rng.choice(
        ("example.com", "localhost", "a.b.co.uk", "[::1]")
    )
    made += rng.choice(("", ":80", ":8080")) + rng.choice(("", "/", "/a", "/a/b.html", "/a%20b", "/../x"))
    return made + rng.choice(("", "?q=1", "?a=1&b=2", "?x")) + rng.choice(("", "#top"))


def _query(rng: Random) -> str:
    pairs = [
        f"{rng.choice('abcx')}{rng.choice(('=', '=', ''))}{rng.choice(('', '1', 'two+words', '%41%20', 'é'))}"
        for _ in range(rng.randint(0, 4))
    ]
    return rng.choice("&;").join(pairs)


def _decimal(rng: Random) -> str:
    whole = rng.choice(("", "-", "+")) + str(rng.choice((0, 1, 7, 10, rng.randint(0, 10**6))))
    return whole + rng.choice(("", ".0", ".5", ".25", ".125", ".", "e3", "E-2", "_000", " "))


def _iso_date(rng: Random) -> str:
    layout = rng.choice(("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S.%f", "%H:%M"))
    return _of_dates(rng, layout)


def _hex(rng: Random) -> str:
    return bytes(rng.randrange(256) for _ in range(rng.randint(0, 6))).hex()


_SAMPLES: dict[str, Callable[[Random], str]] = {
    "json": lambda rng: json.dumps(_json_value(rng)),
    "literal": lambda rng: repr(_json_value(rng)),
    "iso date": _iso_date,
    "address": _address,
    "url": _url,
    "query": _query,
    "quoted": lambda rng: rng.choice(("a", "", "/")) + rng.choice(("%20", "%41b", "+", "%E9", "%zz", "%")),
    "base64": lambda rng: base64.b64encode(
        bytes(rng.randrange(256) for _ in range(rng.randint(0, 7)))
    ).decode(),
    "hex": _hex,
    "uuid": lambda rng: "-".join(
        "".join(rng.choice("0123456789abcdef") for _ in range(width)) for width in (8, 4, 4, 4, 12)
    ),
    "decimal": _decimal,
    "fraction": lambda rng: f"{rng.randint(-9, 99)}/{rng.randint(0, 12)}",
    "mail date": lambda rng: _of_dates(rng, "%a, %d %b %Y %H:%M:%S %z"),
    "xml": lambda rng: rng.choice(("<a/>", "<a>x</a>", '<a b="1"><c>2</c></a>', "<a><b/><b>1</b></a>")),
}
