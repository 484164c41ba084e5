"""Heavy package imported by a script that may not need it.

## What it does
Finds a package that takes long to import, at the top of a file with `if __name__ == "__main__":`, when only one
function uses it, which not every start comes to, and nothing else there is slow to import.

## Why it is slow
Every start of the script waits for the import, `--help` and wrong arguments too. Inside of the function it is paid when
the function runs.

## Example
```python
import sys
import pandas as pd

def report(path):
    return pd.read_csv(path).describe()

if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("which file?")
    print(report(sys.argv[1]))
```

## Use instead
```python
def report(path):
    import pandas as pd

    return pd.read_csv(path).describe()
```

## When it is unsafe
A missing package is then noticed late, and patching it in tests needs its full name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
from velox_engine.rules.shapes import statements
from velox_engine.source.scopes import IMPORTS
from velox_engine.source.syntax import Node

_HEAVY = frozenset(
    [
        "pandas",
        "matplotlib",
        "torch",
        "tensorflow",
        "sklearn",
        "scipy",
        "transformers",
        "sympy",
        "jax",
        "keras",
        "plotly",
        "seaborn",
        "nltk",
        "spacy",
        "cv2",
        "polars",
        "networkx",
        "boto3",
        "statsmodels",
        "skimage",
    ]
)
_LIGHT = sys.stdlib_module_names | {"numpy", "click", "requests", "tqdm", "yaml", "rich", "typer", "docopt"}
_IMPORTED = re.compile(rb"^(?:import|from)[ \t]+(\.|\w+)", re.MULTILINE)
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
# Where a script may go two ways, or end: `--help` and wrong arguments end in `parse_args`.
_DECIDING = frozenset(
    {"if_statement", "match_statement", "try_statement", "for_statement", "while_statement"}
)
_LEAVING = re.compile(r"\b(?:exit|_exit|quit|parse_args|parse_known_args)\(|^(?:return|raise)\b")
_START = re.compile(rb"^if\s+__name__\s*==\s*['\"]__main__['\"]", re.MULTILINE)


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) import pandas as pd"""
    if not context.mentions(b"__main__"):
        return
    module = node.child_by_field_name("module_name")
    names = node.children_by_field_name("name")
    if len(names) != 1:
        return
    package = context.text(module or names[0]).partition(".")[0].partition(" ")[0]
    if package not in _HEAVY or context.region(node) is not None or not _START.search(context.data):
        return
    if b"doctest" in context.data:
        return  # Ex) a module of a library that can test itself
    path = context.parsed.source.path
    if path is not None and package in path.parts:
        return  # the package's own file
    others = [name.decode("utf-8", "replace") for name in _IMPORTED.findall(context.data)]
    if package not in others:
        return  # Ex) in a `try`, or under `if TYPE_CHECKING:`
    others.remove(package)
    if any(name not in _LIGHT for name in others):
        return  # it is waited for anyway, and may import this one too
    bound = (
        names[0].child_by_field_name("alias") or names[0].named_children[0]
        if names[0].named_children
        else None
    )
    if bound is None:
        return
    users = context.module.inference.scope.users(context.text(bound)) - {IMPORTS}
    if len(users) != 1 or users & {"", "main", "cli", "run"}:
        return
    user = next(iter(users))
    if not _always_reached(user, context):
        yield Hit(
            node,
            f"each start of the script waits for `{package}`, which only `{user}` uses; import it there",
        )


def _always_reached(user: str, context: Context) -> bool:
    """Whether every start of the script comes to a function: nothing decides or leaves on the way there."""
    scope = context.module.inference.scope
    pending = [step for step in context.parsed.root.children if _START.match(context.data, step.start_byte)]
    seen: set[str] = set()
    while pending:
        step = pending.pop()
        inside = step.child_by_field_name("consequence") or step.child_by_field_name("body")
        for statement in statements(inside):
            if statement.type in _DECIDING or _LEAVING.search(context.text(statement)):
                break
            for name in _NAME.findall(context.text(statement)):
                if name == user:
                    return True
                definition = scope.definition(name) if name not in seen else None
                seen.add(name)
                if definition is not None and definition.type == "function_definition":
                    pending.append(definition)
    return False


RULE = Rule(
    id="VX316",
    name="heavy-import-in-script",
    check=check,
    family="lookup",
    cost="O(1)",
    by_hand="The import stands outside of any function, and only whoever runs the script knows which way is taken.",
    patterns=(
        "(import_statement)",
        "(import_from_statement)",
    ),
    severity="hint",
    benchmark=Benchmark(
        "start()",
        before=(
            "import subprocess\n"
            "import sys\n"
            "\n"
            "def start():\n"
            "    return subprocess.run([sys.executable, '-c', 'import pandas']).returncode\n"
        ),
        after=(
            "import subprocess\n"
            "import sys\n"
            "\n"
            "def start():\n"
            "    return subprocess.run([sys.executable, '-c', 'pass']).returncode\n"
        ),
        needs=("pandas",),
        waits=True,
    ),
    doc=__doc__ or "",
)
