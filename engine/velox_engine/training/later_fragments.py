"""Two more dialects of slow idioms, written after the first three had been learned from and judged.

The fourth is the hand of somebody who counts positions and keeps flags; the fifth thinks in nested tests and in
strings. Both were written down before anything was measured of them, so that policies can be judged on them once.
Same fields as in `fragments`.
"""

from __future__ import annotations

from typing import Final

from velox_engine.training.fragment import Fragment

LATER: Final[tuple[tuple[Fragment, ...], ...]] = (
    (
        Fragment(
            "flagged-member",
            ("words", "words"),
            "words",
            "{r} = []\nfor {i} in range(len({a})):\n    if {a}[{i}] in {b}:\n        {r} += [{a}[{i}]]",
        ),
        Fragment(
            "equal-positions",
            ("ints", "ints"),
            "number",
            "{r} = 0\nfor {i} in range(len({a})):\n    for {t} in range(len({b})):\n"
            "        if {a}[{i}] == {b}[{t}]:\n            {r} = {r} + 1",
        ),
        Fragment(
            "head-of-line",
            ("words",),
            "words",
            "{t} = list({a})\n{r} = []\nwhile len({t}) != 0:\n    {x} = {t}[0]\n    del {t}[0]\n"
            "    if {p}:\n        {r}.append({x})",
        ),
        Fragment(
            "pushed-in-front",
            ("ints",),
            "ints",
            "{r} = []\nfor {i} in range(len({a})):\n    {r} = [{a}[{i}]] + {r}",
        ),
        Fragment(
            "first-seen",
            ("ints",),
            "ints",
            "{r} = []\nfor {i} in range(len({a})):\n    if {a}[{i}] not in {a}[:{i}]:\n        {r}.append({a}[{i}])",
        ),
        Fragment(
            "tally-by-count",
            ("ints",),
            "number",
            "{r} = 0\nfor {x} in {a}:\n    if {a}.count({x}) > 1:\n        {r} += {x}",
        ),
        Fragment(
            "grouped-by-flag",
            ("pairs",),
            "mapping",
            "{r} = {{}}\nfor {t} in {a}:\n    {x} = {t}[0]\n    if {x} in {r}.keys():\n"
            "        {r}[{x}] = {r}[{x}] + [{t}[1]]\n    else:\n        {r}[{x}] = [{t}[1]]",
        ),
        Fragment(
            "built-by-position",
            ("words",),
            "string",
            '{r} = ""\nfor {i} in range(len({a})):\n    if {i} > 0:\n        {r} = {r} + "|"\n    {r} = {r} + {a}[{i}]',
        ),
        Fragment(
            "spelled-backwards",
            ("words",),
            "string",
            '{r} = ""\nfor {x} in {a}:\n    {r} = {x} + {r}',
        ),
        Fragment(
            "pattern-each-time",
            ("words",),
            "number",
            '{r} = 0\nfor {i} in range(len({a})):\n    {t} = re.compile("^[a-z]+$")\n'
            "    if {t}.match({a}[{i}]):\n        {r} = {r} + 1",
            ("re",),
        ),
        Fragment(
            "sum-before",
            ("ints",),
            "ints",
            "{r} = [0] * len({a})\nfor {i} in range(len({a})):\n    {t} = 0\n    for {y} in range({i} + 1):\n"
            "        {t} = {t} + {a}[{y}]\n    {r}[{i}] = {t}",
        ),
        Fragment(
            "mean-each-time",
            ("ints",),
            "number",
            "{r} = 0\nfor {i} in range(len({a})):\n    if {a}[{i}] > sum({a}) / len({a}):\n        {r} = {r} + 1",
        ),
        Fragment(
            "swapping-sort",
            ("ints",),
            "ints",
            "{r} = list({a})\nfor {i} in range(len({r})):\n    for {t} in range(len({r}) - 1 - {i}):\n"
            "        if {r}[{t}] > {r}[{t} + 1]:\n            {r}[{t}], {r}[{t} + 1] = {r}[{t} + 1], {r}[{t}]",
        ),
        Fragment(
            "two-that-add-up",
            ("ints",),
            "number",
            "{r} = 0\nfor {i} in range(len({a})):\n    for {t} in range({i} + 1, len({a})):\n"
            "        if {a}[{i}] + {a}[{t}] == {k}:\n            {r} = {r} + 1",
        ),
        Fragment(
            "windows-summed",
            ("ints",),
            "number",
            "{r} = 0\nfor {i} in range(len({a}) - {m} + 1):\n    {r} = max({r}, sum({a}[{i}:{i} + {m}]))",
        ),
        Fragment(
            "smallest-by-sorting",
            ("pairs",),
            "string",
            '{t} = sorted({a}, key=lambda {x}: {x}[1])\n{r} = {t}[0][0] if {t} else "{w}"',
        ),
        Fragment(
            "position-of-each",
            ("words", "words"),
            "ints",
            "{r} = []\nfor {x} in {a}:\n    if {x} in {b}:\n        {r}.append({b}.index({x}))\n"
            "    else:\n        {r}.append(-1)",
        ),
        Fragment(
            "flag-for-all",
            ("ints",),
            "number",
            "{t} = True\nfor {i} in range(len({a})):\n    if {a}[{i}] < -{k}:\n        {t} = False\n"
            "{r} = 1 if {t} else 0",
        ),
        Fragment(
            "collected-letters",
            ("words",),
            "string",
            '{r} = ""\nfor {x} in {a}:\n    for {y} in {x}:\n        if {y} not in "aeiou":\n'
            "            {r} = {r} + {y}",
        ),
        Fragment(
            "copied-rows",
            ("int_lists",),
            "int_lists",
            "{r} = []\nfor {y} in {a}:\n    {t} = []\n    for {x} in {y}:\n        {t}.append({x} + {k})\n"
            "    {r}.append({t})",
        ),
        Fragment(
            "stepping-sum",
            ("ints",),
            "number",
            "{r} = 0\nfor {i} in range(len({a})):\n    if {i} % {m} == 0:\n        {r} = {r} + {a}[{i}]",
        ),
        Fragment(
            "multiples-below",
            ("ints",),
            "number",
            "{r} = 0\nfor {x} in range(1, len({a}) * {k}):\n    if {x} % {m} == 0:\n        {r} = {r} + {x}",
        ),
        Fragment(
            "power-again",
            ("ints",),
            "number",
            "{r} = 0\nfor {x} in {a}:\n    {t} = 1\n    for {i} in range({k}):\n        {t} = {t} * {x}\n"
            "    {r} = {r} + {t} % 101",
        ),
    ),
    (
        Fragment(
            "nested-member",
            ("pairs", "words"),
            "ints",
            "{r} = []\nfor {x}, {y} in {a}:\n    if {y} > {m}:\n        if {x} not in {b}:\n"
            "            {r}.append({y})",
        ),
        Fragment(
            "any-equal",
            ("words", "words"),
            "words",
            "{r} = [{x} for {x} in {a} if any({x} == {y} for {y} in {b})]",
        ),
        Fragment(
            "waiting-line",
            ("ints",),
            "number",
            "{t} = []\n{r} = 0\nfor {x} in {a}:\n    {t}.append({x})\n    if len({t}) > {m}:\n"
            "        {r} += {t}.pop(0) * {k}",
        ),
        Fragment(
            "unless-known",
            ("words",),
            "words",
            "{r} = []\nfor {x} in {a}:\n    {y} = {x}.strip().lower()\n    if {y} and not {y} in {r}:\n"
            "        {r}.append({y})",
        ),
        Fragment(
            "removed-one-by-one",
            ("words", "words"),
            "words",
            "{r} = list({a})\nfor {x} in {b}:\n    while {x} in {r}:\n        {r}.remove({x})",
        ),
        Fragment(
            "counted-in-dict",
            ("words",),
            "mapping",
            "{r} = {{}}\nfor {x} in {a}:\n    if not {x} in {r}:\n        {r}[{x}] = 0\n    {r}[{x}] = {r}[{x}] + 1",
        ),
        Fragment(
            "letters-counted",
            ("words",),
            "mapping",
            '{t} = "".join({a})\n{r} = {{}}\nfor {x} in {t}:\n    {r}[{x}] = {t}.count({x})',
        ),
        Fragment(
            "split-every-time",
            ("words", "text"),
            "number",
            '{r} = 0\nfor {x} in {a}:\n    if {x} in {b}.split(" "):\n        {r} += len({b}.split(" "))',
        ),
        Fragment(
            "formatted-rows",
            ("pairs",),
            "string",
            '{r} = ""\nfor {x}, {y} in {a}:\n    {r} += "%s:%d," % ({x}, {y})',
        ),
        Fragment(
            "trailing-comma",
            ("ints",),
            "string",
            '{r} = "["\nfor {x} in {a}:\n    {r} += str({x}) + ", "\n{r} += "]"',
        ),
        Fragment(
            "digits-only",
            ("words",),
            "words",
            '{r} = []\nfor {x} in {a}:\n    {r}.append(re.sub("[^0-9]", "", {x}))',
            ("re",),
        ),
        Fragment(
            "replaced-in-turn",
            ("words",),
            "words",
            '{r} = []\nfor {x} in {a}:\n    {t} = ""\n    for {y} in {x}:\n        if {y} == "{w}"[0]:\n'
            '            {t} += "*"\n        else:\n            {t} += {y}\n    {r}.append({t})',
        ),
        Fragment(
            "reversed-compare",
            ("words",),
            "number",
            '{r} = 0\nfor {x} in {a}:\n    {t} = ""\n    for {y} in {x}:\n        {t} = {y} + {t}\n'
            "    if {t} == {x}:\n        {r} += 1",
        ),
        Fragment(
            "highest-of-dict",
            ("pairs",),
            "number",
            "{t} = {{}}\nfor {x}, {y} in {a}:\n    {t}[{x}] = max({y}, {t}.get({x}, 0))\n"
            "{r} = sorted({t}.values(), reverse=True)[0] if {t} else 0",
        ),
        Fragment(
            "keys-in-a-list",
            ("pairs", "words"),
            "number",
            "{t} = [{x} for {x}, {y} in {a}]\n{r} = 0\nfor {y} in {b}:\n    if {y} in {t}:\n"
            "        if len({y}) > {m}:\n            {r} += 1",
        ),
        Fragment(
            "found-by-filter",
            ("words", "pairs"),
            "ints",
            "{r} = []\nfor {x} in {a}:\n    {t} = [{y}[1] for {y} in {b} if {y}[0] == {x}]\n    if {t}:\n"
            "        {r}.append({t}[0])",
        ),
        Fragment(
            "tables-of-a-size",
            ("ints", "ints"),
            "ints",
            "{r} = []\nfor {x} in {a}:\n    if {x} < len(set({b})):\n        if {x} not in {r}:\n"
            "            {r}.append({x})",
        ),
        Fragment(
            "flattened-by-plus",
            ("int_lists",),
            "ints",
            "{r} = []\nfor {y} in {a}:\n    {r} = {r} + {y}",
        ),
        Fragment(
            "sums-by-lambda",
            ("int_lists",),
            "ints",
            "{r} = sorted(map(lambda {x}: sum({x}), {a}), key=lambda {x}: {x})",
        ),
        Fragment(
            "middle-of-sorted",
            ("ints",),
            "number",
            "{r} = 0\nfor {x} in {a}:\n    if {x} >= sorted({a})[len({a}) // 2]:\n        {r} += {x}",
        ),
        Fragment(
            "prefix-of-others",
            ("words",),
            "number",
            '{r} = 0\nfor {x} in {a}:\n    if {x}.startswith("{w}") or {x}.startswith("no") or {x}.startswith("t"):\n'
            "        {r} += 1",
        ),
        Fragment(
            "ordered-by-call",
            ("words",),
            "words",
            "{r} = sorted({a}, key=lambda {x}: len({x}))\n{r} = sorted({r}, key=lambda {x}: {x}.lower())",
        ),
        Fragment(
            "divisors-counted",
            ("ints",),
            "number",
            "{r} = 0\nfor {x} in range(1, len({a}) + 1):\n    if len({a}) % {x} == 0:\n        {r} += 1",
        ),
    ),
)
