"""Finds what a program imports, so that it can be imported before files are out of the program's reach."""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache

# Modules that may be imported once for all runs, outside a run's confinement: importing them does nothing else.
SHARED_MODULES = frozenset(
    [
        "abc",
        "array",
        "ast",
        "asyncio",
        "base64",
        "binascii",
        "bisect",
        "calendar",
        "cmath",
        "codecs",
        "collections",
        "collections.abc",
        "contextlib",
        "contextvars",
        "copy",
        "csv",
        "dataclasses",
        "datetime",
        "decimal",
        "difflib",
        "enum",
        "errno",
        "fnmatch",
        "fractions",
        "functools",
        "graphlib",
        "hashlib",
        "heapq",
        "hmac",
        "html",
        "io",
        "ipaddress",
        "itertools",
        "json",
        "keyword",
        "logging",
        "math",
        "numbers",
        "operator",
        "os",
        "os.path",
        "pathlib",
        "posixpath",
        "pprint",
        "queue",
        "random",
        "re",
        "secrets",
        "shlex",
        "statistics",
        "string",
        "struct",
        "sys",
        "textwrap",
        "threading",
        "time",
        "timeit",
        "traceback",
        "types",
        "typing",
        "unicodedata",
        "urllib.parse",
        "uuid",
        "warnings",
        "weakref",
        "zlib",
        "zoneinfo",
        "numpy",
        "pandas",
        "scipy",
        "typing_extensions",
        "concurrent.futures",
        "__future__",
        "_strptime",
        "inspect",
        "tempfile",
        "glob",
        "importlib",
        "locale",
        "subprocess",
        "urllib.request",
        "stringprep",
        "encodings.idna",
    ]
)

# Needed by recipes and by everyday code; imported by the zygote while the parent still prepares the first run.
ALWAYS = (
    "collections",
    "math",
    "itertools",
    "functools",
    "decimal",
    "fractions",
    "datetime",
    "re",
    "encodings.latin_1",
)

# Imported by the standard library only when first used, which is too late in a locked run.
_HIDDEN = (
    (re.compile(r"\bstrptime\b"), ("_strptime",)),
    (re.compile(r"\bmost_common\b"), ("heapq",)),
    (re.compile(r"\basync\s+(def|for|with)\b|\basyncio\b"), ("asyncio",)),
    (re.compile(r"\bidna\b"), ("encodings.idna",)),
    (re.compile(r"\butf[-_]?16\b", re.I), ("encodings.utf_16", "encodings.utf_16_le", "encodings.utf_16_be")),
    (re.compile(r"\butf[-_]?32\b", re.I), ("encodings.utf_32", "encodings.utf_32_le", "encodings.utf_32_be")),
    (re.compile(r"\bcp1252\b", re.I), ("encodings.cp1252",)),
    (re.compile(r"\brot[-_]?13\b", re.I), ("encodings.rot_13",)),
    (re.compile(r"\bcp437\b", re.I), ("encodings.cp437",)),
    (re.compile(r"\\N\{|\bunicodedata\b"), ("unicodedata",)),
    (re.compile(r"\btraceback\b|\blogging\b"), ("traceback", "linecache", "tokenize")),
    (
        re.compile(r"\b(numpy|pandas)\b"),
        (
            "numpy",
            "numpy.random",
            "numpy.linalg",
            "numpy.ma",
            "numpy.fft",
            "numpy.polynomial",
            "numpy.rec",
            "numpy.char",
            "numpy.strings",
        ),
    ),
    (
        re.compile(r"\bpandas\b"),
        (
            "pandas.core.computation.eval",
            "pandas.core.methods.describe",
            "pandas.core.methods.to_dict",
            "pandas.core.reshape.encoding",
            "pandas.core.resample",
            "pandas.io.formats.csvs",
            "pandas.io.formats.format",
            "pandas.io.formats.info",
            "pandas.io.formats.string",
        ),
    ),
)
_IMPORT_LINE = re.compile(r"^\s*(?:from\s+([.\w]+)\s+import|import\s+([\w.]+))", re.M)


@lru_cache(maxsize=256)
def imported_modules(source: str) -> tuple[str, ...]:
    """Dotted names imported anywhere in the source, relative ones with their leading dots, in order."""
    found: dict[str, None] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Possibly newer syntax than ours: the lines still tell enough.
        for match in _IMPORT_LINE.finditer(source):
            found[match.group(1) or match.group(2)] = None
    else:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found[alias.name] = None
            elif isinstance(node, ast.ImportFrom):
                base = "." * node.level + (node.module or "")
                if node.module:
                    found[base] = None
                for alias in node.names:
                    if alias.name != "*" and base not in SHARED_MODULES:
                        found[base + ("." if node.module else "") + alias.name] = None
    for pattern, names in _HIDDEN:
        if pattern.search(source):
            found.update(dict.fromkeys(names))
    found.pop("__future__", None)
    return tuple(found)


def shared_imports(source: str) -> tuple[str, ...]:
    """Those of the source's imports that the zygote may make for all runs."""
    return tuple(
        name
        for name in imported_modules(source)
        if name in SHARED_MODULES
        or name.split(".")[0] in ("numpy", "pandas", "encodings", "tokenize", "linecache")
    )
