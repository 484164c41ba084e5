"""Names of functions and methods that change nothing, and kinds that nobody can change."""

from __future__ import annotations

IMMUTABLE = frozenset(
    {"str", "int", "float", "bool", "bytes", "tuple", "frozenset", "range", "pattern", "None"}
)
"""Kinds whose values nobody can change."""

_HARMLESS = (
    "len sum min max any all sorted list tuple set frozenset dict str repr print enumerate zip range isinstance type "
    "id hash bool int float iter reversed abs round ord chr map filter format math.sqrt math.floor math.ceil math.prod "
    "collections.Counter bisect.bisect bisect.bisect_left bisect.bisect_right os.path.join json.dumps issubclass "
    "callable hasattr getattr divmod itertools.chain itertools.product itertools.combinations itertools.permutations"
)
HARMLESS = frozenset(_HARMLESS.split())
"""Functions that change none of their arguments (an iterator among these would be used up, which kinds tell)."""

_READING = (
    "index count get keys values items copy find rfind startswith endswith split rsplit strip lstrip rstrip lower "
    "upper join format replace encode decode isdigit isalpha isdisjoint issubset issuperset union intersection "
    "difference most_common match search fullmatch findall finditer sub group splitlines title casefold"
)
READING_METHODS = frozenset(_READING.split())
