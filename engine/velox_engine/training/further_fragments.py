"""More slow idioms in the three dialects of `fragments`: those of the actions that few functions ask for.

Same fields as there. A program holds several, so that one rewrite decides whether the next is worth its run.
"""

from __future__ import annotations

from typing import Final

from velox_engine.training.fragment import Fragment

FURTHER: Final[tuple[tuple[Fragment, ...], ...]] = (
    (
        Fragment("length-sum", ("words",), "number", "{r} = 0\nfor {x} in {a}:\n    {r} += len({x})"),
        Fragment(
            "flatten-append",
            ("int_lists",),
            "ints",
            "{r} = []\nfor {y} in {a}:\n    for {x} in {y}:\n        {r}.append({x})",
        ),
        Fragment(
            "above-lowest",
            ("ints",),
            "ints",
            "{r} = []\nfor {x} in {a}:\n    {r}.append({x} - min({a}))",
        ),
        Fragment(
            "keys-copied",
            ("words", "pairs"),
            "number",
            "{t} = dict({b})\n{r} = 0\nfor {x} in {a}:\n    if {x} in list({t}.keys()):\n        {r} += {m}",
        ),
        Fragment(
            "constant-list",
            ("words",),
            "number",
            '{r} = 0\nfor {x} in {a}:\n    if {x} in ["north", "south", "east", "west", "{w}", "none", "left"]:\n'
            "        {r} += 1",
        ),
        Fragment(
            "sort-by-second",
            ("pairs",),
            "words",
            "{r} = [{x} for {x}, {y} in sorted({a}, key=lambda {t}: {t}[1])]",
        ),
        Fragment(
            "try-lookup",
            ("words",),
            "ints",
            '{t} = {{"ab": 1, "no": 2, "ok": 3}}\n{r} = []\nfor {x} in {a}:\n    try:\n'
            "        {r}.append({t}[{x}])\n    except KeyError:\n        pass",
        ),
        Fragment(
            "flag-scan",
            ("ints",),
            "number",
            "{t} = False\nfor {x} in {a}:\n    if {x} > {k}:\n        {t} = True\n{r} = {m} if {t} else 0",
        ),
        Fragment(
            "index-while",
            ("ints",),
            "number",
            "{r} = 0\n{i} = 0\nwhile {i} < len({a}):\n    {r} += {a}[{i}] * {k}\n    {i} += 1",
        ),
        Fragment(
            "falls-count",
            ("ints",),
            "number",
            "{r} = 0\nfor {i} in range(len({a}) - 1):\n    if {a}[{i}] > {a}[{i} + 1]:\n        {r} += 1",
        ),
        Fragment(
            "common-pairs",
            ("ints", "ints"),
            "number",
            "{t} = set()\nfor {x} in {a}:\n    for {y} in {b}:\n        if {x} == {y}:\n            {t}.add({x})\n"
            "{r} = len({t})",
        ),
        Fragment(
            "best-gap",
            ("ints",),
            "number",
            "{r} = 0\nfor {i} in range(len({a})):\n    for {y} in range({i} + 1, len({a})):\n"
            "        if {a}[{y}] - {a}[{i}] > {r}:\n            {r} = {a}[{y}] - {a}[{i}]",
        ),
        Fragment(
            "plain-regex",
            ("words",),
            "words",
            '{r} = []\nfor {x} in {a}:\n    {r}.append(re.sub("{w}", "_", {x}))',
            ("re",),
        ),
        Fragment("filter-lambda", ("ints",), "ints", "{r} = list(filter(lambda {x}: {p}, {a}))"),
        Fragment("few-smallest", ("ints",), "ints", "{r} = sorted({a})[:{k}]"),
        Fragment(
            "drop-vowels",
            ("words",),
            "string",
            '{t} = " ".join({a})\n{r} = "".join([{x} for {x} in {t} if {x}.lower() not in "aeiou"])',
        ),
        Fragment(
            "sorted-unused",
            ("words",),
            "number",
            "{t} = sorted({a})\n{r} = len({a}) * {m}",
        ),
        Fragment(
            "commonest",
            ("words",),
            "string",
            '{r} = max(set({a}), key={a}.count) if {a} else "{w}"',
        ),
        Fragment(
            "slice-sums",
            ("ints",),
            "number",
            "{r} = 0\nfor {i} in range(len({a})):\n    for {y} in range({i}, len({a})):\n"
            "        {t} = sum({a}[{i} : {y} + 1])\n        if {t} > {r}:\n            {r} = {t}",
        ),
    ),
    (
        Fragment(
            "total-of-absolutes",
            ("ints",),
            "number",
            "{r} = {k}\nfor {x} in {a}:\n    {r} += abs({x})",
        ),
        Fragment(
            "gather-set",
            ("words",),
            "number",
            "{t} = set()\nfor {x} in {a}:\n    {t}.add({x})\n{r} = len({t})",
        ),
        Fragment(
            "shares-of-total",
            ("ints",),
            "ints",
            "{r} = []\nfor {x} in {a}:\n    {r}.append({x} * 100 // (sum({a}) or 1))",
        ),
        Fragment(
            "sorted-list-copy",
            ("ints",),
            "number",
            "{t} = sorted(list({a}))\n{r} = {t}[len({t}) // 2] if {t} else {k}",
        ),
        Fragment(
            "constant-tuple",
            ("words",),
            "words",
            '{r} = []\nfor {x} in {a}:\n    if {x}.lower() not in ("id", "key", "tmp", "name", "{w}", "raw"):\n'
            "        {r}.append({x})",
        ),
        Fragment(
            "order-by-table",
            ("words",),
            "words",
            "{t} = {{{y}: len({y}) for {y} in {a}}}\n{r} = sorted({a}, key=lambda {x}: {t}[{x}])",
        ),
        Fragment(
            "ignore-missing",
            ("ints",),
            "number",
            "{t} = {{1: {k}, 2: {m}, 5: 8}}\n{r} = 0\nfor {x} in {a}:\n    try:\n        {r} += {t}[{x}]\n"
            "    except KeyError:\n        pass",
        ),
        Fragment(
            "any-by-flag",
            ("words",),
            "number",
            '{t} = False\nfor {x} in {a}:\n    if {x}.startswith("{w}"):\n        {t} = True\n{r} = int({t}) * {m}',
        ),
        Fragment(
            "counting-while",
            ("words",),
            "words",
            "{r} = []\n{i} = 0\nwhile {i} < len({a}):\n    {r}.append({a}[{i}].upper())\n    {i} += 1",
        ),
        Fragment(
            "neighbours",
            ("ints",),
            "ints",
            "{r} = [{a}[{i} + 1] - {a}[{i}] for {i} in range(len({a}) - 1)]",
        ),
        Fragment(
            "matches-of-two",
            ("words", "words"),
            "number",
            "{t} = set()\nfor {x} in {a}:\n    for {y} in {b}:\n        if {y} == {x}:\n            {t}.add({x})\n"
            "{r} = len({t}) + {k}",
        ),
        Fragment(
            "inversions",
            ("ints",),
            "number",
            "{r} = 0\nfor {i} in range(len({a})):\n    for {y} in range({i} + 1, len({a})):\n"
            "        if {a}[{i}] > {a}[{y}]:\n            {r} += 1",
        ),
        Fragment(
            "split-regex",
            ("words",),
            "number",
            '{r} = 0\nfor {x} in {a}:\n    {r} += len(re.split("-", {x}))',
            ("re",),
        ),
        Fragment("map-lambda", ("words",), "words", "{r} = list(map(lambda {x}: {e}, {a}))"),
        Fragment("largest-few", ("words",), "words", "{r} = sorted({a}, key=len)[:{m}]"),
        Fragment(
            "dashes",
            ("words",),
            "string",
            '{t} = "".join({a})\n{r} = "".join(["-" if {x} == "{w}" or {x}.isdigit() else {x} for {x} in {t}])',
        ),
        Fragment(
            "copied-for-loop",
            ("ints",),
            "number",
            "{r} = 0\nfor {x} in list({a}):\n    if {x} % {m}:\n        {r} += {x}",
        ),
        Fragment(
            "rarest",
            ("ints",),
            "ints",
            "{r} = sorted(set({a}), key={a}.count)",
        ),
        Fragment(
            "running-best-call",
            ("ints",),
            "number",
            "{r} = 0\nfor {x} in {a}:\n    {r} = max({r}, {x} * {k} % 97)",
        ),
    ),
    (
        Fragment(
            "sum-of-lengths",
            ("int_lists",),
            "number",
            "{r} = 0\nfor {y} in {a}:\n    {r} += len({y})",
        ),
        Fragment(
            "extend-by-item",
            ("words",),
            "words",
            '{r} = ["{w}"]\nfor {x} in {a}:\n    {r}.append({x})',
        ),
        Fragment(
            "near-highest",
            ("ints",),
            "number",
            "{r} = 0\nfor {x} in {a}:\n    if {x} * 2 > max({a}):\n        {r} += 1",
        ),
        Fragment(
            "members-of-list-copy",
            ("words",),
            "number",
            '{t} = {{{y}: 1 for {y} in {a}}}\n{r} = 0\nfor {x} in {a}:\n    if {x} + "{w}" not in list({t}):\n'
            "        {r} += 1",
        ),
        Fragment(
            "constant-digits",
            ("ints",),
            "ints",
            "{r} = []\nfor {x} in {a}:\n    if {x} % 32 in [1, 3, 4, 9, 12, 16, {k}, 21, 27]:\n        {r}.append({x})",
        ),
        Fragment(
            "biggest-pair",
            ("pairs",),
            "words",
            "{t} = sorted({a}, key=lambda {x}: {x}[0])\n{r} = [{y} for {y}, _ in {t}]",
        ),
        Fragment(
            "skip-unknown",
            ("words",),
            "words",
            '{t} = {{"x": "first", "e": "second", "id": "third"}}\n{r} = []\nfor {x} in {a}:\n    try:\n'
            "        {r}.append({t}[{x}])\n    except KeyError:\n        pass",
        ),
        Fragment(
            "list-for-truth",
            ("words",),
            "number",
            "{t} = False\nfor {y} in {a}:\n    if len({y}) > {k}:\n        {t} = True\n{r} = {k} if {t} else {m}",
        ),
        Fragment(
            "while-positions",
            ("ints",),
            "ints",
            "{r} = []\n{i} = 0\nwhile {i} < len({a}):\n    {r}.append({a}[{i}] + {i})\n    {i} += 1",
        ),
        Fragment(
            "is-rising",
            ("ints",),
            "number",
            "{r} = 0\nfor {i} in range(len({a}) - 1):\n    {r} += abs({a}[{i}] - {a}[{i} + 1]) % {k}",
        ),
        Fragment(
            "paired-up",
            ("ints", "ints"),
            "number",
            "{t} = set()\nfor {y} in {a}:\n    for {x} in {b}:\n        if {x} == {y}:\n            {t}.add({y})\n"
            "{r} = sum({t})",
        ),
        Fragment(
            "widest-drop",
            ("ints",),
            "number",
            "{r} = 0\nfor {i} in range(len({a})):\n    for {y} in range({i} + 1, len({a})):\n"
            "        if {a}[{i}] - {a}[{y}] > {r}:\n            {r} = {a}[{i}] - {a}[{y}]",
        ),
        Fragment(
            "regex-contains",
            ("words",),
            "words",
            '{r} = []\nfor {x} in {a}:\n    if not re.search("{w}", {x}):\n        {r}.append({x})',
            ("re",),
        ),
        Fragment("lambda-map-ints", ("ints",), "ints", "{r} = list(map(lambda {x}: {e}, {a}))"),
        Fragment("three-least", ("ints",), "number", "{r} = sum(sorted({a})[:{m}])"),
        Fragment(
            "kept-letters",
            ("words",),
            "string",
            '{t} = "".join({a})\n{r} = "".join([{x} for {x} in {t} if {x}.isalpha()])',
        ),
        Fragment(
            "unread-set",
            ("ints",),
            "number",
            "{t} = sorted(set({a}))\n{r} = len({a}) + {k}",
        ),
        Fragment(
            "most-frequent",
            ("ints",),
            "number",
            "{r} = max(set({a}), key={a}.count) if {a} else {k}",
        ),
        Fragment(
            "lowest-so-far",
            ("ints",),
            "number",
            "{r} = {k}\nfor {x} in {a}:\n    {r} = min({r}, {x} % {m} - {k})",
        ),
    ),
)
