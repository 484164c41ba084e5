"""Reading ISO dates in C gives what `strptime` gives, and its errors."""

from __future__ import annotations

from datetime import datetime

import pytest

from velox_engine.source.document import SourceFile
from velox_engine.strategies import propose

FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
TEXTS = (
    "2024-02-29",
    "2023-02-29",
    "2024-2-9",
    "2024-W01-1",
    "0000-01-01",
    "2024-02-29 10:10",
    "2024-02-29 24:00",
    "2024-02-29T10:10:10",
    "2024-02-29 10:10:10",
    "2024-02-29T10:10:60",
    "2024-02-29T24:00:00",
    "2024-02-29T10:10+05",
    "2024-02-29 10:10:1Z",
    " 2024-02-29",
    "٢٠٢٤-02-29",
    "",
    20240229,
    b"2024-02-29",
)


@pytest.mark.parametrize("wanted", FORMATS)
def test_each_text_is_read_as_before(wanted: str) -> None:
    """Texts of the form, of others that `fromisoformat` knows, and no texts at all."""
    code = (
        "from datetime import datetime\n\n\n"
        f'def f(texts):\n    return [datetime.strptime(text, "{wanted}") for text in texts]\n'
    )
    (candidate,) = propose(SourceFile.from_text(code), "f", strategy="iso-date")
    namespace: dict[str, object] = {}
    exec(candidate.new_source, namespace)
    read = namespace["_iso_datetime"]
    assert callable(read)
    for text in TEXTS:
        assert _outcome(lambda value=text: read(value)) == _outcome(
            lambda value=text: datetime.strptime(value, wanted)
        )


def _outcome(call) -> str:
    try:
        return repr(call())
    except (ValueError, TypeError) as error:
        return repr(error)
