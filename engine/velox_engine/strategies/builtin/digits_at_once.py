"""Takes a number apart with `str`, `bin` or `format` instead of dividing digit by digit.

What it does: a loop that adds up or counts the binary digits of a number counts the ones of `bin`; one that puts its
binary digits in front of a text uses `format(n, "b")`; one that counts decimal digits measures `str(n)`, and one that
adds them up sums the bytes of `b"%d" % n`, each of which is 48 more than its digit. The tests keep anything but
non-negative ints, and numbers too large for the shorter way, in the loop.

Example:
    def ones(n: int) -> int:
        count = 0
        while n > 0:
            count += n & 1
            n >>= 1
        return count

Result:
    def ones(n: int) -> int:
        count = 0
        if n > 0:
            count += bin(n).count("1")
            n = 0
        return count

Inputs:
    (13,)
    (0,)
    (-5,)

When it is unsafe: for floats, which the division would turn around in other ways.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.bindings import parameters
from velox_engine.strategies.effects import bindings_of
from velox_engine.strategies.guards import either, integer
from velox_engine.strategies.loops import constant, is_fallback, places, used_outside
from velox_engine.strategies.patterns import Match, match_stmt, same

_HALVED = ("M_n >>= 1", "M_n = M_n >> 1", "M_n //= 2", "M_n = M_n // 2")
_ONES = (
    "M_c += M_n & 1",
    "M_c += M_n % 2",
    "if M_n & 1:\n M_c += 1",
    "if M_n % 2 == 1:\n M_c += 1",
    "if M_n % 2:\n M_c += 1",
)
# How a decimal digit is cut off, and up to how many digits: a quotient of floats is exact for 15, and str refuses 4300.
_TENTHS = ((("M_n //= 10", "M_n = M_n // 10"), 18), (("M_n = int(M_n / 10)",), 15))
_IN_FRONT = ("M_s = str(M_n % 2) + M_s", "M_s = str(M_n & 1) + M_s")


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for place in places(context.node):
        loop = place.statement
        if not isinstance(loop, ast.While) or loop.orelse or len(loop.body) not in (1, 2, 3):
            continue
        rewrite = (
            _binary(context, loop)
            or _cleared(context, loop)
            or _decimal(context, loop)
            or _added_up(context, loop)
        )
        if rewrite:
            yield rewrite


def _match(templates: tuple[str, ...], statement: ast.stmt) -> Match | None:
    return next((found for found in (match_stmt(one, statement) for one in templates) if found), None)


def _binary(context: FunctionContext, loop: ast.While) -> Rewrite | None:
    if len(loop.body) != 2:
        return None
    halved = _match(_HALVED, loop.body[1])
    if not halved or not isinstance(halved["M_n"], ast.Name) or not _counts_down(loop, halved["M_n"].id):
        return None
    number = halved["M_n"]
    ones, front = _match(_ONES, loop.body[0]), _match(_IN_FRONT, loop.body[0])
    found = ones or front
    if not found or not isinstance(found["M_n"], ast.Name) or found["M_n"].id != number.id:
        return None
    result = found["M_c"] if ones else found["M_s"]
    if not isinstance(result, ast.Name) or not _starts_plain(context, result.id, loop, text=bool(front)):
        return None
    if ones:
        context.need_builtins("bin")
        fast = f'{result.id} += bin({number.id}).count("1")'
    else:
        context.need_builtins("format", "str")
        fast = f'{result.id} = format({number.id}, "b") + {result.id}'
    return _put(context, loop, number, fast)


def _cleared(context: FunctionContext, loop: ast.While) -> Rewrite | None:
    """while n: n &= n - 1; count += 1"""
    if len(loop.body) != 2:
        return None
    for first, second in ((0, 1), (1, 0)):
        cleared = match_stmt("M_n &= M_n - 1", loop.body[first]) or match_stmt(
            "M_n = M_n & M_n - 1", loop.body[first]
        )
        counted = match_stmt("M_c += 1", loop.body[second])
        if (
            cleared
            and counted
            and isinstance(cleared["M_n"], ast.Name)
            and isinstance(counted["M_c"], ast.Name)
        ):
            number = cleared["M_n"]
            if _counts_down(loop, number.id) and _starts_plain(context, counted["M_c"].id, loop, text=False):
                context.need_builtins("bin")
                return _put(context, loop, number, f'{counted["M_c"].id} += bin({number.id}).count("1")')
    return None


def _decimal(context: FunctionContext, loop: ast.While) -> Rewrite | None:
    """while n: n //= 10; count += 1"""
    if len(loop.body) != 2:
        return None
    for first, second in ((0, 1), (1, 0)):
        counted = match_stmt("M_c += 1", loop.body[second])
        for templates, digits in _TENTHS:
            shrunk = _match(templates, loop.body[first])
            if not shrunk or not counted:
                continue
            number, count = shrunk["M_n"], counted["M_c"]
            if not isinstance(number, ast.Name) or not isinstance(count, ast.Name) or number.id == count.id:
                continue
            if _counts_down(loop, number.id) and _starts_plain(context, count.id, loop, text=False):
                context.need_builtins("len", "str", "int")
                # str of a bool or of an enum is a word.
                fast = f"{count.id} += len(str(int({number.id})))"
                return _put(context, loop, number, fast, f"0 < {number.id} < 10**{digits}")
    return None


_LAST_ADDED = ("M_c += M_n % 10", "M_c = M_c + M_n % 10", "M_c = M_n % 10 + M_c")


def _added_up(context: FunctionContext, loop: ast.While) -> Rewrite | None:
    """while n: total += n % 10; n //= 10, also with the digit in a variable of its own."""
    *firsts, last = loop.body
    shrunk = _match(_TENTHS[0][0], last)
    added = match_stmt(_LAST_ADDED[0], firsts[-1]) if firsts else None
    added = added or (_match(_LAST_ADDED, firsts[-1]) if firsts else None)
    digit = None
    if len(firsts) == 2:
        # Ex) digit = n % 10; total += digit
        named = match_stmt("M_d = M_n % 10", firsts[0])
        summed = named and (match_stmt("M_c += M_d", firsts[1]) or match_stmt("M_c = M_c + M_d", firsts[1]))
        added = {**named, **summed} if named and summed and same(named["M_d"], summed["M_d"]) else None
        digit = added["M_d"] if added else None
    if not shrunk or not added or len(firsts) not in (1, 2) or (len(firsts) == 2) != (digit is not None):
        return None
    number, total = added["M_n"], added["M_c"]
    if not isinstance(number, ast.Name) or not isinstance(total, ast.Name) or number.id == total.id:
        return None
    if digit is not None and (not isinstance(digit, ast.Name) or used_outside(context, digit.id, loop)):
        return None
    if not same(shrunk["M_n"], number) or not _counts_down(loop, number.id):
        return None
    if not _starts_plain(context, total.id, loop, text=False):
        return None
    context.need_builtins("sum", "len")
    digits = context.fresh("digits", "digit_bytes")
    fast = f'{digits} = b"%d" % {number.id}\n{total.id} += sum({digits}) - 48 * len({digits})'
    # A few digits are cut off as fast; an interpreter may be told to refuse to write numbers of more than 640 digits.
    return _put(context, loop, number, fast, f"{number.id} > 9999 and {number.id}.bit_length() < 2000")


def _counts_down(loop: ast.While, name: str) -> bool:
    return any(_test(loop.test, test) for test in (name, f"{name} > 0", f"{name} != 0"))


def _test(node: ast.expr, text: str) -> bool:
    return ast.dump(node) == ast.dump(ast.parse(text, mode="eval").body)


def _starts_plain(context: FunctionContext, name: str, loop: ast.While, *, text: bool) -> bool:
    """Whether the result is a whole number or a text before the loop, so that adding to it is exact."""
    if name in parameters(context.node):
        return False
    inside = set(ast.walk(loop))
    starts = [value for value in bindings_of(context, name) if value is None or value not in inside]
    starts += [
        # `total /= 3` leaves a float.
        node.value if isinstance(node.op, ast.Add | ast.Sub | ast.Mult) else None
        for node in context.own
        if isinstance(node, ast.AugAssign)
        and node not in inside
        and isinstance(node.target, ast.Name)
        and node.target.id == name
    ]
    return bool(starts) and all(value is not None and _is_plain(context, value, text) for value in starts)


def _is_plain(context: FunctionContext, value: ast.expr, text: bool) -> bool:
    if constant(value) is not ...:
        return isinstance(constant(value), str) if text else type(constant(value)) is int
    shape = context.inference.of(value)
    return shape.name == ("str" if text else "int") and shape.evidence == "proved"


def _put(
    context: FunctionContext, loop: ast.While, number: ast.Name, fast: str, limits: str = ""
) -> Rewrite | None:
    """The fast way for ints above 0, or within `limits`."""
    test = limits or f"{number.id} > 0"
    if is_fallback(context, loop, number.id) or _inside_test(context, loop, test):
        return None
    tests = integer(context, number)
    whole = f"{fast}\n{number.id} = 0"
    unit = context.layout.unit
    if not tests and not limits and _test(loop.test, test):
        inner = "\n".join(unit + line for line in whole.split("\n"))
        edit = context.layout.replace_statements(loop, loop, f"if {test}:\n{inner}")
    else:
        edit = either(context, loop, loop, [*tests, test], whole, context.layout.block_text([loop]))
    note = "take the decimal digits at once" if limits else "take the binary digits at once"
    return Rewrite((edit,), note) if edit else None


def _inside_test(context: FunctionContext, node: ast.AST, test: str) -> bool:
    parent = context.parents.get(node)
    return isinstance(parent, ast.If) and test in context.text(parent.test)


STRATEGY = BuiltinStrategy("digits-at-once", "builtin_substitution", _build, __doc__ or "", ("VX613",))
