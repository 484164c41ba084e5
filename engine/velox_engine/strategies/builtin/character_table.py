"""Asks its question about a character when the code is rewritten, and lets a string method use the answers.

What it does: what a function does with each character of a string, by constants and string methods alone, has the same
result for the same character. The module holds the results as a table for `str.translate` (or a set, where the question
is whether any character passes). What the answers do not cover, such as letters beyond ASCII where a method tells, is
still asked one by one.

Example:
    def masked(name: str):
        return "".join([char if char.isalnum() else "_" for char in name])

Result:
    _MASKED_TABLE = {ord(char): char if char.isalnum() else "_" for char in map(chr, range(128))}


    def masked(name: str):
        if name.isascii():
            return name.translate(_MASKED_TABLE)
        return "".join([char if char.isalnum() else "_" for char in name])

Inputs:
    ("a b-c",)
    ("",)
    ("größe 1",)

When it is unsafe: when the answer depends on anything but the character and constants that nobody binds anew.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from velox_engine.strategies.answers import ASCII, OTHER, Answers, ask
from velox_engine.strategies.base import BuiltinStrategy, FunctionContext, Rewrite
from velox_engine.strategies.character_asking import asking_table
from velox_engine.strategies.character_edits import put_in_place
from velox_engine.strategies.character_source import Work
from velox_engine.strategies.character_work import works
from velox_engine.strategies.patterns import match_expr
from velox_engine.types import TextEdit


@dataclass(frozen=True, slots=True)
class _Fast:
    """The expression that uses the answers, what the module must define for it, and the tests it needs."""

    text: str
    definition: str = ""
    tests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Used:
    """The answers that the new code rests on."""

    given: Mapping[str, object]
    other: object
    """The answer for any other character; None where tests keep them away."""
    named: bool
    """Whether the question reads constants, so that it cannot be asked anew at the module's level."""


def _build(context: FunctionContext) -> Iterator[Rewrite]:
    for work in works(context):
        edits = _edits(context, work)
        if edits:
            yield Rewrite(tuple(edits), "answer for every character once and let a string method do the work")
        if edits and any("range(128)" in edit.text for edit in edits):
            # Where texts are rarely plain, the answers must cover more than ASCII.
            lazily = asking_table(context, work)
            if lazily:
                yield Rewrite(tuple(lazily), "ask for each character once, when it is first met")


def _fast(context: FunctionContext, work: Work) -> _Fast | None:
    direct = _by_other_text(context, work) or _by_method(context, work)
    if direct:
        return direct
    parts = [part for part in (work.element, work.condition) if part is not None]
    found = [ask(context, part, work.variable) for part in parts]
    answers = [one for one in found if one is not None]
    if len(answers) != len(parts) or not parts:
        return None
    if work.guard and any(one.of_words for one in answers):
        return None
    outcome = _outcome(work, answers)
    if outcome is None:
        return None
    given, other = outcome
    covered, tests = _coverage(work, given, other, all(one.everywhere for one in answers))
    if covered is None:
        return None
    context.need_builtins("len", "str", "isinstance", "map", "chr", "ord", "range", "bool", "frozenset")
    used = _Used(
        {one: given[one] for one in covered}, None if tests else other, any(one.names for one in answers)
    )
    made = {"text": _text, "count": _count, "sum": _sum}.get(work.kind, _quantified)(context, work, used)
    return _Fast(made.text, made.definition, (*tests, *made.tests)) if made else None


_NOTHING: Final[Mapping[str, object]] = {"text": "", "sum": 0}


def _outcome(work: Work, answers: list[Answers]) -> tuple[dict[str, object], object] | None:
    """Each character to its result (True or False, or the text it becomes), and the result of any other one."""
    element = answers[0] if work.element is not None else None
    condition = answers[-1] if work.condition is not None else None
    given: dict[str, object] = {}
    for one in {**answers[0].given, **answers[-1].given}:
        found = _result(work, element, condition, one)
        if found is not None:
            given[one] = found
    wanted = {"text": str, "sum": int}.get(work.kind, bool)
    if not all(isinstance(value, wanted) for value in given.values()):
        return None
    return given, _result(work, element, condition, OTHER)


def _result(work: Work, element: Answers | None, condition: Answers | None, one: str) -> object:
    """What comes of one character; None where asking raises."""
    if condition is not None:
        passes = condition.of(one)
        if passes is None or not passes[0]:
            return None if passes is None else _NOTHING.get(work.kind, False)
    if element is None:
        return one if work.kind == "text" else True
    found = element.of(one)
    if found is None:
        return None
    return found[0] if work.kind in _NOTHING else bool(found[0])


def _coverage(
    work: Work, given: Mapping[str, object], other: object, everywhere: bool
) -> tuple[list[str] | None, list[str]]:
    """The characters whose answers are used, and the tests that a text holds no others."""
    text = work.name
    neutral = {
        "text": other == OTHER,
        "count": other is False,
        "sum": other == 0,
    }.get(work.kind, other is not None)
    asked = [*ASCII, *(one for one in given if not one.isascii())]
    counts = work.kind != "sum" or set(given.values()) <= {0, 1}
    if everywhere and neutral and counts and all(one in given for one in asked):
        return list(given), []
    if all(one in given for one in ASCII):
        return list(ASCII), [f"{text}.isascii()"]
    passing = [one for one in given if one.isascii()]
    if "".join(sorted(passing)) == "0123456789" or (len(passing) > 64 and set("0123456789") <= set(passing)):
        return list("0123456789"), [f"{text}.isascii()", f"{text}.isdigit()"]
    letters = "".join(passing)
    if 0 < len(passing) <= 64 and letters.isprintable():
        return passing, [f"not {text}.strip({_quoted(letters)})"]
    return None, []


def _text(context: FunctionContext, work: Work, used: _Used) -> _Fast | None:
    changed = {one: str(value) for one, value in used.given.items() if value != one}
    if not changed:
        return None
    if len(changed) == 1:
        ((old, new),) = changed.items()
        return _Fast(f"{work.text}.replace({_quoted(old)}, {_quoted(new)})")
    name, table = _fresh(context, "TABLE"), _table(work, used, changed)
    return _Fast(f"{work.text}.translate({name})", f"{name} = {table}") if table else None


def _fresh(context: FunctionContext, kind: str) -> str:
    return context.fresh(f"_{context.node.name.strip('_').upper()}_{kind}")


def _table(work: Work, used: _Used, changed: Mapping[str, str]) -> str | None:
    """What str.translate needs, spelled out where it is short and asked anew where it is long."""
    asked_anew = _spelled(work)
    if (
        len(changed) > 24
        and len(asked_anew) <= 110
        and not used.named
        and set(changed) <= set(ASCII) <= set(used.given)
    ):
        return asked_anew
    gone = "".join(one for one, new in changed.items() if not new)
    kept = {one: new for one, new in changed.items() if new}
    if any(len(new) > 1 for new in kept.values()):
        pairs = [f"{_quoted(one)}: {_quoted(new)}" for one, new in changed.items()]
        if len(pairs) <= 6:
            return f"str.maketrans({{{', '.join(pairs)}}})"
        rows = "".join(f"        {', '.join(pairs[at : at + 6])},\n" for at in range(0, len(pairs), 6))
        return f"str.maketrans(\n    {{\n{rows}    }}\n)"
    if not all(one.isprintable() for one in changed) and len(changed) > 24:
        return None
    sides = [_quoted("".join(kept)), _quoted("".join(kept.values())), *([_quoted(gone)] if gone else [])]
    short = f"str.maketrans({', '.join(sides)})"
    return (
        short if len(short) <= 70 else "str.maketrans(\n" + "".join(f"    {side},\n" for side in sides) + ")"
    )


def _spelled(work: Work) -> str:
    """The table as the function's own words say it."""
    head = f"for {work.variable} in map(chr, range(128))"
    if work.kind == "text":
        element = work.element_text or work.variable
        if work.condition is not None:
            if element != work.variable:
                return f"{{ord({work.variable}): {element} if {work.condition_text} else None {head}}}"
            return f"{{ord({work.variable}): None {head} if not ({work.condition_text})}}"
        return f"{{ord({work.variable}): {element} {head}}}"
    return f"{{ord({work.variable}): None {head} if ({work.question_text})}}"


def _count(context: FunctionContext, work: Work, used: _Used) -> _Fast | None:
    wanted = "".join(one for one, passes in used.given.items() if passes)
    if not wanted or len(wanted) == len(used.given):
        return None
    text = work.text
    if len(wanted) <= 2:
        return _Fast(" + ".join(f"{text}.count({_quoted(one)})" for one in wanted))
    name, table = _fresh(context, "COUNTED"), _table(work, used, dict.fromkeys(wanted, ""))
    return _Fast(f"len({text}) - len({text}.translate({name}))", f"{name} = {table}") if table else None


def _sum(context: FunctionContext, work: Work, used: _Used) -> _Fast | None:
    """A sum of what the characters stand for: each becomes the character with that number, whose bytes are summed."""
    values = {one: value for one, value in used.given.items() if isinstance(value, int)}
    if set(values.values()) <= {0, 1}:
        return _count(context, work, used)
    within = all(0 <= value < 256 for value in values.values())
    if not within or used.named or used.other is not None or not set(ASCII) <= set(values):
        return None
    context.need_builtins("sum")
    name = _fresh(context, "VALUES")
    value = work.element_text
    if work.condition is not None:
        value = f"({value}) if {work.condition_text} else 0"
    table = f"{{ord({work.variable}): chr({value}) for {work.variable} in map(chr, range(128))}}"
    if len(table) > 110:
        return None
    return _Fast(f'sum({work.text}.translate({name}).encode("latin-1"))', f"{name} = {table}")


def _quantified(context: FunctionContext, work: Work, used: _Used) -> _Fast | None:
    """all(…) by what passes or what fails, whichever is shorter; any(…) is that no character fails to fail."""
    is_all, text = work.kind == "all", work.text
    good = "".join(one for one, passes in used.given.items() if bool(passes) is is_all)
    bad = "".join(one for one, passes in used.given.items() if bool(passes) is not is_all)
    rest = None if used.other is None else bool(used.other) is is_all
    fits = [side for side in (good, bad) if 0 < len(side) <= 64 and side.isprintable()]
    if rest is not True and good in fits and (len(good) <= len(bad) or bad not in fits or rest is False):
        return _Fast(
            f"not {text}.strip({_quoted(good)})" if is_all else f"bool({text}.strip({_quoted(good)}))"
        )
    if rest is False or bad not in fits:
        return None
    if len(bad) == 1:
        return _Fast(f"{_quoted(bad)} {'not ' if is_all else ''}in {text}")
    name = _fresh(context, "WANTED")
    return _Fast(
        f"{'' if is_all else 'not '}{name}.isdisjoint({text})", f"{name} = frozenset({_quoted(bad)})"
    )


def _by_method(context: FunctionContext, work: Work) -> _Fast | None:
    """all(c.isdigit() for c in s), which the text can say of itself where it is not empty"""
    element = work.element
    if work.kind != "all" or not isinstance(element, ast.Call) or element.args or element.keywords:
        return None
    if not match_expr(f"{work.variable}.{getattr(element.func, 'attr', '')}()", element):
        return None
    method = getattr(element.func, "attr", "")
    known = ("isalnum", "isalpha", "isdecimal", "isdigit", "isnumeric", "isspace")
    context.need_builtins("str", "isinstance")
    return _Fast(f"(not {work.text} or {work.text}.{method}())") if method in known else None


def _by_other_text(context: FunctionContext, work: Work) -> _Fast | None:
    """''.join([c for c in s if c not in other]), or how many are in it, where `other` is a text of its own"""
    test = work.condition if work.condition is not None else work.element
    if (
        not isinstance(test, ast.Compare)
        or len(test.ops) != 1
        or (work.element is not None and work.condition)
    ):
        return None
    other, is_in = test.comparators[0], isinstance(test.ops[0], ast.In)
    if (
        not isinstance(test.left, ast.Name)
        or test.left.id != work.variable
        or not isinstance(other, ast.Name)
    ):
        return None
    if not isinstance(test.ops[0], ast.In | ast.NotIn) or work.kind not in ("text", "count"):
        return None
    if work.kind == "text" and (is_in or work.element is not None):
        return None
    shape = context.inference.of(other)
    if shape.name not in ("str", "") or other.id == work.variable or ask(context, test, work.variable):
        return None
    context.need_builtins("str", "isinstance", "len")
    left = f'{work.text}.translate(str.maketrans("", "", {other.id}))'
    tests = () if shape.name == "str" else (f"isinstance({other.id}, str)",)
    if work.kind == "text":
        return _Fast(left, "", tests)
    return _Fast(f"len({work.text}) - len({left})" if is_in else f"len({left})", "", tests)


def _edits(context: FunctionContext, work: Work) -> list[TextEdit] | None:
    tests = [f"isinstance({work.name}, str)"] if work.guard else []
    lines: list[str] = []
    definitions: list[str] = []
    for at, one in enumerate((work, *work.more)):
        fast = _fast(context, one)
        if fast is None:
            return None
        tests += [test for test in fast.tests if test not in tests]
        name = fast.definition.partition(" = ")[0]
        number = f"{name}_{at + 1}" if at and name else name
        if number in context.taken_names:
            return None
        lines.append(one.statement.format(fast.text.replace(name, number) if name else fast.text))
        definitions += [number + fast.definition.removeprefix(name)] if name else []
    edit = put_in_place(context, work, "\n".join(lines), " and ".join(tests))
    if edit is None or not definitions:
        return [edit] if edit else None
    above = context.insert_above("\n".join(definitions))
    return [edit, above] if above is not None else None


def _quoted(text: str) -> str:
    shown = repr(text)
    return f'"{shown[1:-1]}"' if shown.startswith("'") and '"' not in shown and "\\'" not in shown else shown


STRATEGY = BuiltinStrategy("character-table", "precomputation", _build, __doc__ or "", ("VX212", "VX211"))
