"""Knows by the names of functions, folders and files what code is for: what runs once, or works on little."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from velox_engine.source.syntax import Node

if TYPE_CHECKING:
    from velox_engine.rules.context import Context

# Ex) `main`, `ner_demo`, `_debug_for_extract`: what runs once, or for somebody who looks on
_RARE = re.compile(
    r"_*(?:main|demo|setup|configure|parse_?args|add_arguments|usage|help|debug|dump|show|display|print|plot|draw|cli|cmd|"
    r"test|repr|i2repr|pprint|summary|describe|raise|warn|report|plotting|fmt|format|dbg|look|render|pretty)(?:_|[A-Z]|$)|"
    r".*_(?:main|demo|cli|debug|help|usage|hint|message|ini|config)$|.*config_|"
    r".*(?:traceback|docstring|paragraph|exception)|.*to_(?:html|latex|markdown|yaml|toml)$"
)
# Ex) `open(".conanrc")`, `args.requirements_file`: what somebody has written by hand
_BY_HAND = re.compile(
    r"conf|rc\b|rc_|settings|version|licen[cs]e|readme|manifest|changelog|requirements|top_level|namespace|\.ini|\.toml|\.env|known_hosts|"
    r"/proc/|/etc/",
    re.IGNORECASE,
)
# Ex) `check_names`, `_validate`: what only looks at what it is given
_CHECKING = re.compile(r"_*(?:check|validate|ensure|verify|assert|require|test)(?:_|[A-Z]|$)")
_RARE_FOLDER_NAMES = (
    "demo demos example examples devtools docs doc plotting plots cli commands visualization graphics migrations "
    "scripts fake fakes mock mocks stubs"
)
_RARE_FOLDERS = frozenset(_RARE_FOLDER_NAMES.split())
_RARE_FILES = frozenset({"cli", "__main__", "setup"})


def is_rare(context: Context, node: Node) -> bool:
    """Whether code runs once or for somebody who looks on, by the names of its functions and folders."""
    path = context.parsed.source.path
    if path is not None and (path.stem in _RARE_FILES or not _RARE_FOLDERS.isdisjoint(path.parts[-5:-1])):
        return True
    function = context.function(node)
    while function is not None:
        if _RARE.match(context.text(function.node.child_by_field_name("name"))):
            return True
        function = context.regions.function(function.outer)
    return False


def only_checks(context: Context, node: Node) -> bool:
    """Whether the function around a node only looks at what somebody has given: `def check_names(names): … raise …`."""
    function = context.function(node)
    if function is None or not _CHECKING.match(context.text(function.node.child_by_field_name("name"))):
        return False
    return context.data.find(b"raise ", function.start, function.end) >= 0


def is_written_by_hand(context: Context, file: Node) -> bool:
    """Whether a file, by its name or by what is opened, is one that somebody has written, which is short."""
    if names_what_is_written_by_hand(context.text(file)):
        return True
    bindings = context.inference(file).lookup(context.text(file))
    return any(
        one.value is not None and names_what_is_written_by_hand(context.text(one.value)) for one in bindings
    )


def names_what_is_written_by_hand(text: str) -> bool:
    """Whether a text holds the name of such a file: `open("app.conf")`."""
    return _BY_HAND.search(text) is not None
