"""Secrets are taken out of what is sent and put back into what comes back; ordinary code stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.llm import Message
from velox_engine.llm.privacy import Redactor, is_excluded

# Put together here, so that no scanner takes this file for a leak.
SECRETS = {
    "aws": 'key = "AKIA' + 'IOSFODNN7EXAMPLE"',
    "github": "token = 'ghp_" + "012345678901234567890123456789012345'",
    "openai": 'k = "sk-' + "abcdefghij0123456789T3BlbkFJabcdefghij0123456789" + '"',
    "slack": 'hook = "xoxb-' + '123456789012-123456789012-abcdefABCDEF"',
    "stripe": 'k = "sk_live_' + '0123456789abcdefghijklmn"',
    "password": 'password = "hunter2!x"',
    "compared": 'if password == "letmein99": pass',
    "url": 'u = "https://user:s3cr3tpw@example.com/a"',
    "internal": 'u = "http://wiki.corp/page?x=1"',
    "address": 'u = "http://10.1.2.3:8080/admin"',
    "bare host": 'u = "http://intranet/x"',
    "database": 'u = "postgres://db.internal:5432/shop"',
    "random": 'b = "c3VwZXIgbG9uZyBzdHJpbmcgc2hvdWxkIGNhdXNlIGVub3VnaCBlbnRyb3B5"',
    "pem": 'p = """-----BEGIN RSA ' + 'PRIVATE KEY-----\nMIIabcdef\n-----END RSA PRIVATE KEY-----"""',
}
HIDDEN = {
    "aws": "IOSFODNN7EXAMPLE", "github": "0123456789012345", "openai": "T3BlbkFJ", "slack": "abcdefABCDEF",
    "stripe": "0123456789abcdefghijklmn", "password": "hunter2!x", "compared": "letmein99", "url": "s3cr3tpw",
    "internal": "wiki", "address": "10.1.2.3", "bare host": "intranet", "database": "db.internal",
    "random": "c3VwZXIg", "pem": "MIIabcdef",
}  # fmt: skip


@pytest.mark.parametrize("kind", SECRETS)
def test_secret_is_taken_out_and_comes_back(kind: str) -> None:
    """A key, token, password or private address is replaced, counted and restored."""
    redactor = Redactor()
    sent = redactor.redact(SECRETS[kind])
    assert HIDDEN[kind] not in sent
    assert sum(redactor.counts.values()) == 1
    assert redactor.restore(sent) == SECRETS[kind]


@pytest.mark.parametrize(
    "line",
    [
        'alphabet = "abcdefghijklmnopqrstuvwxyz"',
        'digits = "0123456789abcdef"',
        'u = "https://docs.python.org/3/"',
        "for token in tokens:",
        "password = read_password()",
        'word = "hello world, how are you"',
        "x = {'name': 'value'}",
    ],
)
def test_ordinary_code_is_left_alone(line: str) -> None:
    """What only looks like a secret to a careless pattern is sent as it is."""
    redactor = Redactor()
    assert redactor.redact(line) == line
    assert not redactor.counts


def test_several_secrets_of_a_line_all_go() -> None:
    """Every match counts, not only the first of a line."""
    line = 'connect(password="first-one1", secret="second-two2")'
    sent = Redactor().redact(line)
    assert "first-one1" not in sent
    assert "second-two2" not in sent


def test_the_same_secret_has_one_name_in_all_messages() -> None:
    """Code that compares a secret with itself still does after redaction."""
    redactor = Redactor()
    one, two = redactor.redact_messages(
        [Message("user", 'password = "hunter2!x"'), Message("user", "is it hunter2!x ?")]
    )
    placeholder = one.content.split('"')[1]
    # The second text is no assignment: only a known secret can be recognised in it.
    assert two.content == f"is it {placeholder} ?"
    assert redactor.counts == {"Secret Keyword": 1}


@pytest.mark.parametrize(
    ("patterns", "path", "expected"),
    [
        ((), "a.py", False),
        (("secret/",), "secret/a.py", True),
        (("secret/",), "src/secret/a.py", True),
        (("/secret/",), "src/secret/a.py", False),
        (("*_keys.py",), "src/my_keys.py", True),
        (("*.py", "!open.py"), "open.py", False),
    ],
)
def test_exclusions_are_gitignore_patterns(
    tmp_path: Path, patterns: tuple[str, ...], path: str, expected: bool
) -> None:
    """Paths relative to the project are matched as in .gitignore."""
    assert is_excluded(str(tmp_path / path), patterns, tmp_path) is expected
