"""Makes text from anybody's code safe to show: in HTML, in Markdown, and without signs that mislead the eye."""

from __future__ import annotations

import html as standard
import re
from typing import Final

# Control characters, lone surrogates of undecodable file names, and the signs that turn the direction of text.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\ud800-\udfff]"
)
_MARKDOWN: Final = re.compile(r"[\\`*_\[\]<>#|~&@$]|:(?=//)|(?<=www)\.")


def visible(text: str) -> str:
    """Write characters that do not show, or show something else, as their code. Ex) U+202E → ⟨U+202E⟩."""
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", text)


def html(text: object) -> str:
    """Text for the content of an element or for an attribute in quotes."""
    return standard.escape(visible(str(text)), quote=True)


def markdown(text: object) -> str:
    """Text for a line of Markdown or a cell of its tables: nothing in it is markup, a mention or a link."""
    line = " ".join(visible(str(text)).split())
    return _MARKDOWN.sub(lambda found: f"&#{ord(found.group())};", line)


def code(text: object) -> str:
    """Text as code within a line or a cell; backticks and bars in it neither end it nor the cell."""
    line = " ".join(visible(str(text)).split())
    # HTML, not backticks: only so can both a backtick and a bar stand in a cell.
    return f"<code>{_MARKDOWN.sub(lambda found: f'&#{ord(found.group())};', line)}</code>"


def fence(text: str, language: str = "") -> str:
    """A block of code; the fence is longer than any run of backticks in it."""
    body = "\n".join(visible(line) for line in text.rstrip("\n").split("\n"))
    longest = max((len(run) for run in re.findall("`+", body)), default=0)
    ticks = "`" * max(3, longest + 1)
    return f"{ticks}{language}\n{body}\n{ticks}"
