"""Heavy package imported by a script that may not need it.

## What it does
Finds packages that take long to import, at the top of a file with `if __name__ == "__main__":`, which only one function
uses.

## Why it is slow
Every start of the script waits for the import, `--help` and wrong arguments too. Inside of the function it is paid when
the function runs.

## Example
```python
import sys
import pandas as pd

def report(path):
    return pd.read_csv(path).describe()

def main():
    if len(sys.argv) < 2:
        sys.exit("which file?")
    print(report(sys.argv[1]))

if __name__ == "__main__":
    main()
```

## Use instead
```python
import sys

def report(path):
    import pandas as pd

    return pd.read_csv(path).describe()

def main():
    if len(sys.argv) < 2:
        sys.exit("which file?")
    print(report(sys.argv[1]))

if __name__ == "__main__":
    main()
```

## When it is unsafe
A missing package is then noticed late, and patching it in tests needs its full name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from velox_engine.rules.base import Benchmark, Hit, Rule
from velox_engine.rules.context import Context
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
_START = re.compile(rb"^if\s+__name__\s*==\s*['\"]__main__['\"]", re.MULTILINE)


def check(node: Node, context: Context) -> Iterator[Hit]:
    """Ex) import pandas as pd"""
    module = node.child_by_field_name("module_name")
    names = node.children_by_field_name("name")
    if len(names) != 1:
        return
    package = context.text(module or names[0]).partition(".")[0].partition(" ")[0]
    if package not in _HEAVY or context.region(node) is not None or not _START.search(context.data):
        return
    path = context.parsed.source.path
    if path is not None and package in path.parts:
        return  # the package's own file
    again = re.findall(rb"^(?:import|from)\s+" + package.encode() + rb"\b", context.data, re.MULTILINE)
    if len(again) > 1:
        return
    bound = (
        names[0].child_by_field_name("alias") or names[0].named_children[0]
        if names[0].named_children
        else None
    )
    if bound is None:
        return
    users = context.module.inference.scope.users(context.text(bound)) - {IMPORTS}
    if len(users) == 1 and not users & {"", "main", "cli", "run"}:
        yield Hit(
            node,
            f"each start of the script waits for `{package}`, which only `{next(iter(users))}` uses; import it there",
        )


RULE = Rule(
    id="VX316",
    name="heavy-import-in-script",
    check=check,
    family="lookup",
    cost="O(1)",
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
