"""What generated programs are made slow with: slow idioms in their dialects.

A fragment reads one or two variables of a kind and defines one. Each slow idiom is written in several dialects,
so that a policy can be judged on ways of writing that it never saw (see `programs`).

Fields in a text: `{a}`, `{b}` inputs · `{r}` result · `{x}`, `{y}`, `{t}`, `{i}` fresh names · `{k}`, `{m}` small
numbers · `{w}` a short word · `{p}` a condition on `{x}` · `{e}` an expression of `{x}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from velox_engine.training.fragment import Fragment, Kind
from velox_engine.training.further_fragments import FURTHER
from velox_engine.training.later_fragments import LATER

# What `{p}` and `{e}` may become, by the kind of the item.
CONDITIONS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "ints": ("{x} > {k}", "{x} % {m} == 0", "{x} != {k}", "{x} * {m} < 90", "{x} >= 0 and {x} != {k}"),
    "words": (
        "len({x}) > {m}",
        '{x} != "{w}"',
        'not {x}.startswith("{w}")',
        "{x}.strip()",
        '"{w}" not in {x}',
    ),
}
EXPRESSIONS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "ints": ("{x} * {m}", "{x} + {k}", "{x} ** 2", "abs({x}) % {k}", "({x} - {k}) * {m}"),
    "words": ("{x}.lower()", "{x}.strip()", '{x} + "{w}"', "{x}[:{m}].upper()", '{x}.replace("{w}", "-")'),
}

_APPEND_FILTER = "{r} = []\nfor {x} in {a}:\n    if {p}:\n        {r}.append({e})"

_FIRST: Final[tuple[tuple[Fragment, ...], ...]] = (
    (
        Fragment(
            "member-filter",
            ("words", "words"),
            "words",
            "{r} = []\nfor {x} in {a}:\n    if {x} in {b} and {p}:\n        {r}.append({x})",
        ),
        Fragment(
            "member-ints",
            ("ints", "ints"),
            "number",
            "{r} = 0\nfor {x} in {a}:\n    if {x} not in {b}:\n        {r} += {e}",
        ),
        Fragment(
            "queue-drain",
            ("ints",),
            "ints",
            "{t} = list({a})\n{r} = []\nwhile {t}:\n    {x} = {t}.pop(0)\n    if {p}:\n        {r}.append({e})",
        ),
        Fragment(
            "dedupe-words",
            ("words",),
            "words",
            "{r} = []\nfor {x} in {a}:\n    if {x} not in {r}:\n        {r}.append({x})",
        ),
        Fragment(
            "count-if-in",
            ("words",),
            "mapping",
            "{r} = {{}}\nfor {x} in {a}:\n    if {x} in {r}:\n        {r}[{x}] += 1\n    else:\n        {r}[{x}] = 1",
        ),
        Fragment(
            "group-if-missing",
            ("pairs",),
            "mapping",
            "{r} = {{}}\nfor {x}, {y} in {a}:\n    if {x} not in {r}:\n        {r}[{x}] = []\n    {r}[{x}].append({y})",
        ),
        Fragment(
            "concat-words",
            ("words",),
            "string",
            '{r} = ""\nfor {x} in {a}:\n    {r} += {e} + ","',
        ),
        Fragment(
            "regex-compile",
            ("words",),
            "words",
            '{r} = []\nfor {x} in {a}:\n    {t} = re.compile(r"[a-z]+\\d*")\n'
            "    if {t}.match({x}):\n        {r}.append({x})",
            ("re",),
        ),
        Fragment("append-filter-ints", ("ints",), "ints", _APPEND_FILTER),
        Fragment("append-map-words", ("words",), "words", "{r} = []\nfor {x} in {a}:\n    {r}.append({e})"),
        Fragment(
            "invariant-max",
            ("ints", "ints"),
            "ints",
            "{r} = []\nfor {x} in {a}:\n    if {x} < max({b}, default=0):\n        {r}.append({e})",
        ),
        Fragment("sorted-first", ("ints",), "number", "{r} = sorted({a})[0] if {a} else {k}"),
        Fragment(
            "count-method",
            ("words",),
            "mapping",
            "{r} = {{}}\nfor {x} in {a}:\n    {r}[{x}] = {a}.count({x})",
        ),
        Fragment(
            "prefix-sums",
            ("ints",),
            "ints",
            "{r} = []\nfor {i} in range(len({a})):\n    {r}.append(sum({a}[: {i} + 1]))",
        ),
        Fragment("list-plus", ("ints",), "ints", "{r} = []\nfor {x} in {a}:\n    {r} = {r} + [{e}]"),
    ),
    (
        Fragment(
            "member-skip",
            ("ints", "ints"),
            "ints",
            "{r} = []\nfor {x} in {a}:\n    if {x} in {b}:\n        continue\n    {r}.append({e})",
        ),
        Fragment(
            "member-local",
            ("words", "words"),
            "number",
            "{t} = [{y}.lower() for {y} in {b}]\n{r} = 0\n"
            "for {x} in {a}:\n    if {x}.lower() in {t}:\n        {r} += 1",
        ),
        Fragment(
            "front-insert",
            ("words",),
            "words",
            "{r} = []\nfor {x} in {a}:\n    if {p}:\n        {r}.insert(0, {x})",
        ),
        Fragment(
            "queue-words",
            ("words",),
            "number",
            "{t} = {a}[:]\n{r} = 0\nwhile len({t}) > 0:\n    {x} = {t}.pop(0)\n    {r} += len({x}) * {m}",
        ),
        Fragment(
            "dedupe-ints",
            ("ints",),
            "ints",
            "{r} = []\nfor {x} in {a}:\n    {y} = {e}\n    if {y} not in {r}:\n        {r}.append({y})",
        ),
        Fragment(
            "count-get",
            ("ints",),
            "mapping",
            "{r} = {{}}\nfor {x} in {a}:\n    {r}[{x}] = {r}.get({x}, 0) + 1",
        ),
        Fragment(
            "group-setdefault",
            ("words",),
            "mapping",
            "{r} = {{}}\nfor {x} in {a}:\n    {r}.setdefault(len({x}), []).append({x})",
        ),
        Fragment(
            "concat-numbers",
            ("ints",),
            "string",
            '{r} = ""\nfor {x} in {a}:\n    if {p}:\n        {r} += str({x})',
        ),
        Fragment(
            "regex-search",
            ("words",),
            "number",
            '{r} = 0\nfor {x} in {a}:\n    if re.compile("{w}|[0-9]").search({x}) is not None:\n        {r} += 1',
            ("re",),
        ),
        Fragment("append-filter-words", ("words",), "words", _APPEND_FILTER),
        Fragment(
            "append-pairs",
            ("pairs",),
            "words",
            "{r} = []\nfor {x}, {y} in {a}:\n    if {y} > {k}:\n        {r}.append({x})",
        ),
        Fragment(
            "invariant-sum",
            ("ints", "ints"),
            "ints",
            "{r} = []\nfor {x} in {a}:\n    {r}.append({x} * sum({b}) + {k})",
        ),
        Fragment("sorted-last", ("words",), "string", '{r} = sorted({a})[-1] if {a} else "{w}"'),
        Fragment(
            "index-method",
            ("words",),
            "ints",
            "{r} = []\nfor {x} in {a}:\n    {r}.append({a}.index({x}))",
        ),
        Fragment(
            "pair-scan",
            ("ints",),
            "number",
            "{r} = 0\nfor {i} in range(len({a})):\n    for {y} in range({i} + 1, len({a})):\n"
            "        if {a}[{i}] == {a}[{y}]:\n            {r} += 1",
        ),
    ),
    (
        Fragment(
            "member-enumerate",
            ("words", "words"),
            "ints",
            "{r} = []\nfor {i}, {x} in enumerate({a}):\n    if {x} not in {b}:\n        {r}.append({i})",
        ),
        Fragment(
            "member-nested",
            ("int_lists", "ints"),
            "number",
            "{r} = 0\nfor {y} in {a}:\n    for {x} in {y}:\n        if {x} in {b}:\n            {r} += {m}",
        ),
        Fragment(
            "queue-rotate",
            ("ints",),
            "number",
            "{t} = [{x} for {x} in {a} if {p}]\n{r} = {k}\n"
            "while {t}:\n    {y} = {t}.pop(0)\n    {r} = ({r} * 31 + {y}) % 9973",
        ),
        Fragment(
            "dedupe-key",
            ("words",),
            "words",
            "{t} = []\n{r} = []\nfor {x} in {a}:\n    if {x} in {t}:\n        continue\n"
            "    {t}.append({x})\n    {r}.append({e})",
        ),
        Fragment(
            "count-try",
            ("words",),
            "mapping",
            "{r} = {{}}\nfor {x} in {a}:\n    try:\n        {r}[{x}] += 1\n    except KeyError:\n        {r}[{x}] = 1",
        ),
        Fragment(
            "count-pairs",
            ("pairs",),
            "mapping",
            "{r} = {{}}\nfor {x}, {y} in {a}:\n    if {x} not in {r}:\n        {r}[{x}] = 0\n    {r}[{x}] += {y}",
        ),
        Fragment(
            "group-else",
            ("ints",),
            "mapping",
            "{r} = {{}}\nfor {x} in {a}:\n    {y} = {x} % {m}\n    if {y} in {r}:\n        {r}[{y}].append({x})\n"
            "    else:\n        {r}[{y}] = [{x}]",
        ),
        Fragment(
            "concat-assign",
            ("words",),
            "string",
            '{r} = "{w}"\nfor {x} in {a}:\n    {r} = {r} + {x} + " "',
        ),
        Fragment(
            "concat-fstring",
            ("pairs",),
            "string",
            '{r} = ""\nfor {x}, {y} in {a}:\n    {r} += f"{{{x}}}={{{y}}};"',
        ),
        Fragment(
            "regex-sub",
            ("words",),
            "words",
            '{r} = []\nfor {x} in {a}:\n    {t} = re.compile(r"\\s+|{w}")\n    {r}.append({t}.sub("_", {x}))',
            ("re",),
        ),
        Fragment(
            "append-nested",
            ("int_lists",),
            "ints",
            "{r} = []\nfor {y} in {a}:\n    for {x} in {y}:\n        {r}.append({x} * {m})",
        ),
        Fragment(
            "append-index",
            ("ints",),
            "ints",
            "{r} = []\nfor {i} in range(len({a})):\n    {r}.append({a}[{i}] - {i})",
        ),
        Fragment(
            "invariant-sorted",
            ("ints", "words"),
            "number",
            "{r} = 0\nfor {x} in {a}:\n    {r} += {x} * len(sorted({b}))",
        ),
        Fragment(
            "invariant-lower",
            ("words", "text"),
            "words",
            "{r} = []\nfor {x} in {a}:\n    if {x} in {b}.lower().split():\n        {r}.append({x})",
        ),
        Fragment("sorted-key-first", ("words",), "string", '{r} = sorted({a}, key=len)[0] if {a} else "{w}"'),
    ),
)

# One tuple per dialect. A dialect is one hand's habits: programs of different dialects share no slow text.
DIALECTS: Final = (*(first + further for first, further in zip(_FIRST, FURTHER, strict=True)), *LATER)
