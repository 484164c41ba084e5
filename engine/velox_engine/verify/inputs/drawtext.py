"""Draw text: characters of an alphabet, words, pieces that the code looks for, mutated examples,
palindromes, unicode."""

from __future__ import annotations

import string
from random import Random

from velox_engine.verify.inputs.drawformat import draw_format, near_miss
from velox_engine.verify.inputs.vocabulary import Vocabulary

UNICODE = "éßİǅ٣ⅷ中\u0301😀\u00a0\u2028"
WORDS = ("the", "cat", "a", "I", "Hello", "world", "x1", "aa", "Zoo", "level", "42", "no", "data", "is", "of")
LENGTHS = (0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16, 20, 30)
SMALL_ALPHABETS = (
    "ab",
    "abc",
    "aA",
    "01",
    "0123456789",
    string.ascii_lowercase,
    string.ascii_letters,
    "aeiou xyz",
    "a1 ",
    "<>",
    "()",
    "xXyY ",
)
MARKED = 0.15  # share of the texts made of nothing but the single characters that the code names
BRACKETS = ("()", "[]", "{}", "<>")
FORMATTED = 0.45  # share of the texts that follow a format, where the function shows one
WHITE = (" ", "  ", "\n", "\t", " \n")


def draw_text(rng: Random, vocabulary: Vocabulary, size: int | None = None, *, wild: bool = False) -> str:
    """One text; with `size`, of exactly that many characters."""
    length = size if size is not None else rng.choice(LENGTHS)
    if size is None and vocabulary.nonempty and not wild:
        length = max(length, 1)
    made = _draw(rng, vocabulary, length, wild)
    if size is not None:  # fit the length without cutting the kind of text off
        while 0 < len(made) < size:
            made += _draw(rng, vocabulary, size, wild) or made
        return made[:size] if made or not size else _chars(rng, vocabulary, size, wild)
    return made


def _draw(rng: Random, vocabulary: Vocabulary, length: int, wild: bool) -> str:
    if vocabulary.formats and rng.random() < FORMATTED:
        made = draw_format(rng, rng.choice(vocabulary.formats))
        missed = near_miss(rng, made) if rng.random() < 0.35 else made
        return missed if _allowed(missed, vocabulary, wild) else made
    single = [item for item in vocabulary.strings if len(item) == 1 and _allowed(item, vocabulary, wild)]
    if len(single) > 1 and rng.random() < MARKED:
        return _of_marks(rng, single, length)
    style = rng.random()
    examples = [item for item in vocabulary.examples if isinstance(item, str)]
    if examples and style < 0.35:
        return _mutate(rng, rng.choice(examples), _alphabet(rng, vocabulary, wild))
    if vocabulary.words and style < 0.55:
        separator = rng.choice(vocabulary.separators) if vocabulary.separators else ""
        return separator.join(rng.choice(vocabulary.words) for _ in range(max(length // 3, 1)))
    pieces = [item for item in vocabulary.strings if _allowed(item, vocabulary, wild)]
    if pieces and style < 0.75:
        parts = [
            rng.choice(pieces) if rng.random() < 0.5 else _chars(rng, vocabulary, rng.randint(0, 3), wild)
            for _ in range(rng.randint(1, max(length // 2, 1)))
        ]
        return rng.choice(("", "", " ") if _allowed(" ", vocabulary, wild) else ("",)).join(parts)
    if style < 0.83:
        half = _chars(rng, vocabulary, length // 2, wild)
        return half + (half[-1:] if length % 2 else "") + half[::-1]
    if style < 0.88:
        return _chars(rng, vocabulary, 1, wild) * length
    if not vocabulary.alphabet and style < 0.96:
        separator = rng.choice((" ", " ", ",", "  ", "\n", "-", "_", ", ", "."))
        return separator.join(rng.choice(WORDS) for _ in range(max(length // 3, 1)))
    return _chars(rng, vocabulary, length, wild)


def _of_marks(rng: Random, marks: list[str], length: int) -> str:
    """Text of a few of the characters that the code tells apart; brackets nested, now and then crossed."""
    pairs = [pair for pair in BRACKETS if set(pair) <= set(marks)]
    if not pairs or rng.random() < 0.4:
        few = rng.sample(marks, min(len(marks), rng.randint(2, 4)))
        return "".join(rng.choice(few) for _ in range(length))
    made = ""
    while len(made) < length:
        pair = rng.choice(pairs)
        made = pair[0] + made + pair[1] if rng.random() < 0.6 else made + pair
    if rng.random() < 0.5 and len(made) > 1:
        at = rng.randrange(len(made) - 1)
        made = made[:at] + made[at + 1] + made[at] + made[at + 2 :]
    if rng.random() < 0.3:
        made = made[: len(made) // 2] + rng.choice("a1 ") + made[len(made) // 2 :]
    return made


def _alphabet(rng: Random, vocabulary: Vocabulary, wild: bool) -> str:
    if vocabulary.alphabet and not wild:
        if rng.random() < 0.3 and len(vocabulary.alphabet) > 3:
            return "".join(rng.sample(vocabulary.alphabet, 3))
        return vocabulary.alphabet
    chosen = rng.choice(SMALL_ALPHABETS)
    single = "".join(item for item in vocabulary.strings if len(item) == 1)
    if single and rng.random() < 0.6:
        chosen = single + chosen[:4]
    if wild or (not vocabulary.alphabet and rng.random() < 0.05):
        chosen += UNICODE
    elif rng.random() < 0.15:
        chosen += rng.choice(WHITE) + string.punctuation
    return chosen


def _chars(rng: Random, vocabulary: Vocabulary, length: int, wild: bool) -> str:
    alphabet = _alphabet(rng, vocabulary, wild)
    return "".join(rng.choice(alphabet) for _ in range(length))


def _allowed(text: str, vocabulary: Vocabulary, wild: bool) -> bool:
    return wild or not vocabulary.alphabet or set(text) <= set(vocabulary.alphabet)


def _mutate(rng: Random, text: str, alphabet: str) -> str:
    """A neighbour of an example: characters dropped, doubled, swapped, replaced; words shuffled; halves joined."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        position = rng.randrange(len(text)) if text else 0
        match rng.randrange(7):
            case 0:
                text = text[:position] + text[position + 1 :]
            case 1:
                text = text[:position] + rng.choice(alphabet) + text[position:]
            case 2:
                text = text[:position] + rng.choice(alphabet) + text[position + 1 :]
            case 3:
                words = text.split(" ")
                rng.shuffle(words)
                text = " ".join(words)
            case 4:
                text = text[:position]
            case 5:
                text = text[position:] + text[:position]
            case _:
                text = text + text[: rng.randint(0, 8)]
    return text
