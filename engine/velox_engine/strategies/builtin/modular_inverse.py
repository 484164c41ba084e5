"""Asks `pow` for a modular inverse instead of raising to the modulus minus two.

What it does: `pow(x, p - 2, p)` with a prime p that is written in the code becomes `pow(x, -1, p)`, which runs
Euclid's algorithm instead of squaring as often as p has bits. By Fermat's little theorem both are the inverse of x;
multiples of p, which have none, stay 0.

Example:
    MOD = 10**9 + 7


    def choose(n: int, k: int) -> int:
        ways = 1
        for i in range(1, k + 1):
            ways = ways * (n - i + 1) * pow(i, MOD - 2, MOD) % MOD
        return ways

Result:
    MOD = 10**9 + 7


    def choose(n: int, k: int) -> int:
        ways = 1
        for i in range(1, k + 1):
            ways = ways * (n - i + 1) * (pow(i, -1, MOD) if i % MOD else 0) % MOD
        return ways

Inputs:
    (10, 3)
    (5, 0)
    (3, 7)

When it is unsafe: for a modulus that is no prime; and for what is no int, since the remainder of text formats it. So x
must be known to be an int.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.moduli import is_prime, modulus
from velox_engine.strategies.patterns import match_expr
from velox_engine.strategies.purity import is_pure

_CHEAP = ast.Name | ast.Constant | ast.BinOp | ast.operator | ast.expr_context


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for node in ast.walk(context.node):
        found = match_expr("pow(M_x, M_e, M_p)", node) if isinstance(node, ast.Call) else None
        if not found or not context.is_builtin("pow"):
            continue
        prime = modulus(context, found["M_p"])
        # A small one is squared a few times only.
        if (
            prime is None
            or prime < 1000
            or modulus(context, found["M_e"]) != prime - 2
            or not is_prime(prime)
        ):
            continue
        base = found["M_x"]
        if not context.inference.of(base).is_whole or context.inference.of(base).evidence == "use":
            continue
        if not is_pure(context, base) or not all(isinstance(part, _CHEAP) for part in ast.walk(base)):
            continue
        x, p = context.text(base), context.text(found["M_p"])
        asked = f"{context.operand(base)} % {context.operand(found['M_p'])}"
        edit = context.layout.replace(node, f"(pow({x}, -1, {p}) if {asked} else 0)")
        yield Rewrite((edit,), "ask pow for the modular inverse")


STRATEGY = BuiltinStrategy("modular-inverse", "builtin_substitution", _build, __doc__ or "")
