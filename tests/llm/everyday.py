"""Thirty-two everyday functions with room for improvement, and calls to check a rewrite of each by hand.

Slow on purpose: they are what a model is asked to rewrite.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Everyday:
    """One function's name and source, and arguments that Velox does not get to see."""

    name: str
    source: str
    calls: tuple[tuple[Any, ...], ...]


def unique(items: list[int]) -> list[int]:
    out = []
    for item in items:
        if item not in out:
            out.append(item)
    return out


def total(values: list[int]) -> int:
    result = 0
    for value in values:
        result = result + value
    return result


def largest(values: list[int]) -> int:
    best = values[0]
    for value in values:
        if value > best:
            best = value
    return best


def count_words(text: str) -> dict[str, int]:
    counts = {}
    for word in text.split():
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
    return counts


def backwards(text: str) -> str:
    out = ""
    for sign in text:
        out = sign + out
    return out


def is_prime(n: int) -> bool:
    if n < 2:
        return False
    for d in range(2, n):
        if n % d == 0:
            return False
    return True


def fib(n: int) -> int:
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)


def common(a: list[int], b: list[int]) -> list[int]:
    out = []
    for x in a:
        for y in b:
            if x == y and x not in out:
                out.append(x)
    return out


def has_pair(values: list[int], target: int) -> bool:
    for i in range(len(values)):
        for j in range(i + 1, len(values)):
            if values[i] + values[j] == target:
                return True
    return False


def flatten(rows: list[list[int]]) -> list[int]:
    out = []
    for row in rows:
        for cell in row:
            out.append(cell)
    return out


def squares(n: int) -> list[int]:
    out = []
    for i in range(n):
        out.append(i * i)
    return out


def vowels(text: str) -> int:
    n = 0
    for sign in text:
        if sign in ["a", "e", "i", "o", "u"]:
            n += 1
    return n


def is_palindrome(text: str) -> bool:
    for i in range(len(text)):
        if text[i] != text[len(text) - 1 - i]:
            return False
    return True


def factorial(n: int) -> int:
    result = 1
    for i in range(1, n + 1):
        result = result * i
    return result


def gcd(a: int, b: int) -> int:
    best = 1
    for d in range(1, min(a, b) + 1):
        if a % d == 0 and b % d == 0:
            best = d
    return best


def running(values: list[int]) -> list[int]:
    out = []
    for i in range(len(values)):
        out.append(sum(values[: i + 1]))
    return out


def sorted_by_length(words: list[str]) -> list[str]:
    words = list(words)
    for i in range(len(words)):
        for j in range(len(words) - 1 - i):
            if len(words[j]) > len(words[j + 1]):
                words[j], words[j + 1] = words[j + 1], words[j]
    return words


def longest_run(values: list[int]) -> int:
    best = 0
    for start in range(len(values)):
        length = 1
        while start + length < len(values) and values[start + length] == values[start]:
            length += 1
        if length > best:
            best = length
    return best


def group(words: list[str]) -> dict[str, list[str]]:
    out = {}
    for word in words:
        key = word[:1]
        if key not in out:
            out[key] = []
        out[key].append(word)
    return out


def missing(values: list[int], n: int) -> list[int]:
    out = []
    for i in range(n):
        if i not in values:
            out.append(i)
    return out


def digits(n: int) -> int:
    s = 0
    n = abs(n)
    while n > 0:
        s += n % 10
        n //= 10
    return s


def power(base: int, exponent: int, modulus: int) -> int:
    result = 1
    for _ in range(exponent):
        result = result * base % modulus
    return result


def transpose(rows: list[list[int]]) -> list[list[int]]:
    if not rows:
        return []
    out = []
    for c in range(len(rows[0])):
        line = []
        for r in range(len(rows)):
            line.append(rows[r][c])
        out.append(line)
    return out


def anagrams(a: str, b: str) -> bool:
    letters = list(b)
    for sign in a:
        if sign not in letters:
            return False
        letters.remove(sign)
    return not letters


def second(values: list[int]) -> int:
    ordered = sorted(values)
    return ordered[-2]


def divisors(n: int) -> list[int]:
    out = []
    for d in range(1, n + 1):
        if n % d == 0:
            out.append(d)
    return out


def shout(words: list[str]) -> str:
    text = ""
    for word in words:
        text += word.upper() + " "
    return text.strip()


def inversions(values: list[int]) -> int:
    n = 0
    for i in range(len(values)):
        for j in range(i + 1, len(values)):
            if values[i] > values[j]:
                n += 1
    return n


def evens(values: list[int]) -> list[int]:
    return [v for v in values if v in [x for x in values if x % 2 == 0]]


def binary(n: int) -> str:
    out = ""
    while n > 0:
        out = str(n % 2) + out
        n = n // 2
    return out or "0"


def mode(values: list[int]) -> int:
    best = values[0]
    for value in values:
        if values.count(value) > values.count(best):
            best = value
    return best


def steps(n: int) -> int:
    if n <= 1:
        return 1
    return steps(n - 1) + steps(n - 2)


_CALLS: dict[Callable[..., Any], list[tuple[Any, ...]]] = {
    unique: [
        ([],),
        ([3, 1, 3, 2, 1],),
        (
            [
                0,
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                8,
                9,
                10,
                11,
                12,
                13,
                14,
                15,
                16,
                17,
                18,
                19,
                20,
                21,
                22,
                23,
                24,
                25,
                26,
                27,
                28,
                29,
                30,
                31,
                32,
                33,
                34,
                35,
                36,
                37,
                38,
                39,
                40,
                41,
                42,
                43,
                44,
                45,
                46,
                47,
                48,
                49,
                0,
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                8,
                9,
                10,
                11,
                12,
                13,
                14,
                15,
                16,
                17,
                18,
                19,
                20,
                21,
                22,
                23,
                24,
                25,
                26,
                27,
                28,
                29,
                30,
                31,
                32,
                33,
                34,
                35,
                36,
                37,
                38,
                39,
                40,
                41,
                42,
                43,
                44,
                45,
                46,
                47,
                48,
                49,
            ],
        ),
    ],
    total: [
        ([],),
        ([5, -2, 9],),
        (
            [
                0,
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                8,
                9,
                10,
                11,
                12,
                13,
                14,
                15,
                16,
                17,
                18,
                19,
                20,
                21,
                22,
                23,
                24,
                25,
                26,
                27,
                28,
                29,
                30,
                31,
                32,
                33,
                34,
                35,
                36,
                37,
                38,
                39,
                40,
                41,
                42,
                43,
                44,
                45,
                46,
                47,
                48,
                49,
                50,
                51,
                52,
                53,
                54,
                55,
                56,
                57,
                58,
                59,
                60,
                61,
                62,
                63,
                64,
                65,
                66,
                67,
                68,
                69,
                70,
                71,
                72,
                73,
                74,
                75,
                76,
                77,
                78,
                79,
                80,
                81,
                82,
                83,
                84,
                85,
                86,
                87,
                88,
                89,
                90,
                91,
                92,
                93,
                94,
                95,
                96,
                97,
                98,
                99,
            ],
        ),
    ],
    largest: [([4],), ([4, 9, 2],), ([-5, -3],)],
    count_words: [("",), ("a b a",), ("x  y\tx\nz",)],
    backwards: [("",), ("abc",), ("äö!",)],
    is_prime: [(0,), (2,), (91,), (97,)],
    fib: [(0,), (1,), (10,), (15,)],
    common: [([], [1]), ([1, 2, 2], [2, 2, 3]), ([5, 4, 3], [3, 4])],
    has_pair: [([], 0), ([1, 2, 3], 5), ([1, 2, 3], 2), ([2, 2], 4)],
    flatten: [([],), ([[1], [], [2, 3]],)],
    squares: [(0,), (1,), (7,), (-3,)],
    vowels: [("",), ("banana",), ("AEiou",)],
    is_palindrome: [("",), ("abba",), ("abc",), ("x",)],
    factorial: [(0,), (1,), (6,), (-2,)],
    gcd: [(12, 18), (7, 5), (0, 4), (100, 75)],
    running: [([],), ([1, 2, 3],), ([5, -5, 5],)],
    sorted_by_length: [([],), (["ccc", "a", "bb", "d"],), (["x", "y"],)],
    longest_run: [([],), ([1, 1, 2, 2, 2],), ([4],)],
    group: [([],), (["ab", "ac", "b", ""],)],
    missing: [([], 3), ([1], 3), ([0, 1, 2], 3)],
    digits: [(0,), (-19,), (12345,)],
    power: [(2, 10, 1000), (3, 0, 7), (5, 3, 13)],
    transpose: [([],), ([[1, 2], [3, 4]],), ([[1]],)],
    anagrams: [("", ""), ("abc", "cab"), ("aab", "abb")],
    second: [([1, 2],), ([5, 5, 1],), ([9, 3, 7],)],
    divisors: [(1,), (12,), (49,), (0,)],
    shout: [([],), (["a", "b c"],), ([" x "],)],
    inversions: [([],), ([3, 1, 2],), ([1, 1, 1],)],
    evens: [([],), ([1, 2, 4, 4],), ([3],)],
    binary: [(0,), (1,), (10,), (255,)],
    mode: [([1],), ([1, 2, 2],), ([3, 3, 1, 1],)],
    steps: [(0,), (1,), (5,), (12,)],
}

EVERYDAY = tuple(
    Everyday(function.__name__, inspect.getsource(function), tuple(calls))
    for function, calls in _CALLS.items()
)
