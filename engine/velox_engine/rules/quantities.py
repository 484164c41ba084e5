"""What names say of how many there are: `rows` come in numbers, `columns` are a handful."""

from __future__ import annotations

import re

from velox_engine.rules.sizes import is_handful

_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Ex) `all_rows`, `wordTokens`, `self.edges`
_MANY_WORDS = (
    "rows records tokens samples points articles observations pixels dataset datasets corpus "
    "lexicon vocabulary genes sequences particles atoms individuals population orders transactions products "
    "customers employees students movies songs posts residues molecules reads coordinates "
    "timestamps measurements peaks ngrams vectors descendants packets triples trades polygons "
    "triangles faces requests"
)
_MANY = frozenset(_MANY_WORDS.split())
# Those of them that are objects with fields, not values.
_RECORD_WORDS = (
    "records articles observations individuals orders transactions products customers employees students "
    "movies songs posts trades requests packets measurements"
)
_RECORDS = frozenset(_RECORD_WORDS.split())
_TEXT = frozenset(
    {"lines", "words", "text", "texts", "sentences", "characters", "chars", "paragraphs", "string"}
)
# Ex) one `row` of many, which is walked itself
LONG_ELEMENTS = frozenset({"row", "line", "sentence", "text", "string", "document", "sequence", "adj"})
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
_COUNTS = re.compile(
    r"(?:^|_)(?:samples|rows|points|pixels|iter|iterations|length|width|height|size|nodes|edges)$"
)
_FEW = re.compile(
    r"(?:^|_)(?:columns?|cols|fields|headers?|limits|operands|config\w*|settings|sections|components|dirs|classes|types|"
    r"opt_?list|versions|states?|stages|layers|colou?rs|markers|brokers|methods|members|properties|props|"
    r"units|digits|tags|subplots|panels|schema|spec|addr|address|mac|ip|subscriptions|name|key|ident|identifier|url|path|version|keys|hosts|ports|servers|endpoints|children|siblings|ticks|positions|vers|struct|"
    r"structure|exceptions|exclude\w*|drop_\w+|ignored?\w*|skip\w*|allowed\w*|include\w*|devices?|coeffs?|features?|"
    r"feature_names|metrics|tracks|crs|value|transforms|wires|qubits|requirements|pbc|regions|marks|succs|successors|duplicates|required_\w+|channels|pitches|vars|variables|symbols|species|modules|plugins|metadata|candidates|widths|heights|alignments|match|matches|deferreds|waiters|futures|observers|subscribers|flds|hdrs|\w+_names|filters?|jobs|workers|threads|processes|devices|(?:running|active|completed|pending|launched)_\w+|groups|missing\w*|labels|\w*args|bands|roots|states)$"
)


def is_few(name: str) -> bool:
    """Whether a name is that of something that comes in handfuls, of a constant or of a class."""
    if len(name) > 1 and name.lstrip("_")[:1].isupper():
        return True
    parted = _HUMPS.sub("_", name).lower()  # Ex) `usedTracks`
    return is_handful(parted) or _FEW.search(parted) is not None


def says_many(name: str) -> bool:
    """Whether a name is that of something that comes in numbers: `rows`, `wordTokens`."""
    words = [word.lower() for word in _WORDS.findall(name)]
    return bool(words) and words[-1] in _MANY and not ("per" in words or "by" in words)


def says_records(name: str) -> bool:
    """Whether a name is that of objects with fields, which come in numbers: `orders`, `self.all_customers`."""
    words = _WORDS.findall(name)
    return bool(words) and words[-1].lower() in _RECORDS


def says_text(name: str) -> bool:
    """Whether a name is that of text, or of what text is made of: `lines`, `inputText`."""
    words = _WORDS.findall(name)
    return bool(words) and words[-1].lower() in _TEXT


def names_a_count(name: str) -> bool:
    """Whether an attribute of that name is a number of things that come in numbers: `n_samples`, `width`."""
    return _COUNTS.search(name) is not None
