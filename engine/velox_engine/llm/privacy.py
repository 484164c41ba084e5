"""Takes secrets out of what is sent and puts them back into what comes back; says which files are never sent.

The patterns are detect-secrets'; only its pattern matching is used, never its checks over the network.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from velox_engine.llm.messages import Message
from velox_engine.types import VeloxError

# Module of detect_secrets.plugins → its detectors. Public addresses are left out: they are no secret.
_DETECTORS: Final[dict[str, tuple[str, ...]]] = {
    "artifactory": ("ArtifactoryDetector",),
    "aws": ("AWSKeyDetector",),
    "azure_storage_key": ("AzureStorageKeyDetector",),
    "cloudant": ("CloudantDetector",),
    "discord": ("DiscordBotTokenDetector",),
    "github_token": ("GitHubTokenDetector",),
    "gitlab_token": ("GitLabTokenDetector",),
    "ibm_cloud_iam": ("IbmCloudIamDetector",),
    "ibm_cos_hmac": ("IbmCosHmacDetector",),
    "jwt": ("JwtTokenDetector",),
    "mailchimp": ("MailchimpDetector",),
    "npm": ("NpmDetector",),
    "openai": ("OpenAIDetector",),
    "pypi_token": ("PypiTokenDetector",),
    "sendgrid": ("SendGridDetector",),
    "slack": ("SlackDetector",),
    "softlayer": ("SoftlayerDetector",),
    "square_oauth": ("SquareOAuthDetector",),
    "stripe": ("StripeDetector",),
    "telegram_token": ("TelegramBotTokenDetector",),
    "twilio": ("TwilioKeyDetector",),
    "high_entropy_strings": ("Base64HighEntropyString", "HexHighEntropyString"),
}
# What detect-secrets finds only the first line of, or does not look for.
_OWN: Final = (
    (
        "Private Key",
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z ]+-----|\Z)", re.S),
    ),
    ("Credentials in URL", re.compile(r"\b[a-z][a-z0-9+.-]*://([^\s/:@'\"]+:[^\s/@'\"]+)@")),
    (
        "Private URL",
        re.compile(
            r"\b[a-z][a-z0-9+.-]*://(?:[^\s/@'\"]+@)?(?:localhost|[\w-]+(?=[:/'\"\s]|$)|[\w.-]+\."
            r"(?:local|localdomain|internal|intranet|intra|corp|lan|home|private)"
            r"|10(?:\.\d+){3}|127(?:\.\d+){3}|192\.168(?:\.\d+){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2})"
            r"(?::\d+)?(?:/[^\s'\"]*)?"
        ),
    ),
)
_SHORTEST = 4  # characters: replacing less would take apart the code around it
_PLACEHOLDER: Final = "VELOX_REDACTED_{}"


class Redactor:
    """Replaces secrets by placeholders; the same secret always by the same, so that code keeps its meaning."""

    def __init__(self) -> None:
        self._placeholders: dict[str, str] = {}
        self.counts: dict[str, int] = {}

    def redact(self, text: str) -> str:
        """Return the text without its secrets.

        Raises VeloxError `no-redaction` when the library that knows their patterns is missing.
        """
        self._learn(text)
        return self._replace(text)

    def redact_messages(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """Redact every turn of a conversation; what is a secret in one of them is one in all."""
        for message in messages:
            self._learn(message.content)
        return tuple(replace(message, content=self._replace(message.content)) for message in messages)

    def _learn(self, text: str) -> None:
        for secret, kind in sorted(_secrets(text), key=lambda found: -len(found[0])):
            if secret in self._replace(text) and secret not in self._placeholders:
                self._placeholders[secret] = _PLACEHOLDER.format(len(self._placeholders) + 1)
                self.counts[kind] = self.counts.get(kind, 0) + 1

    def _replace(self, text: str) -> str:
        # The longest first: a shorter one may be part of it.
        for secret in sorted(self._placeholders, key=len, reverse=True):
            text = text.replace(secret, self._placeholders[secret])
        return text

    def restore(self, text: str) -> str:
        """Put the secrets back, into what a model answered."""
        # The longest number first: …_1 is the beginning of …_12.
        for secret, placeholder in reversed(self._placeholders.items()):
            text = text.replace(placeholder, secret)
        return text


def is_excluded(path: str, patterns: Sequence[str], root: Path) -> bool:
    """Whether the person keeps this file from all models: `patterns` are as in .gitignore, relative to `root`."""
    if not patterns:
        return False
    import pathspec

    full = Path(path).resolve()
    shown = full.relative_to(root.resolve()) if full.is_relative_to(root.resolve()) else Path(*full.parts[1:])
    return pathspec.GitIgnoreSpec.from_lines(patterns).match_file(shown.as_posix())


def _secrets(text: str) -> Iterator[tuple[str, str]]:
    """Yield (secret, kind)."""
    for kind, pattern in _OWN:
        for match in pattern.finditer(text):
            yield match.group(1) if match.groups() and match.group(1) else match.group(), kind
    library = _library()
    for line in text.splitlines():
        for pattern, group, kind in library.patterns:
            for match in pattern.finditer(line):
                yield from _long_enough(match.group(group), kind)
        for detector in library.entropy:
            for secret in detector.analyze_string(line):
                random = detector.calculate_shannon_entropy(secret) > detector.entropy_limit
                if random and not library.is_sequential(secret):
                    yield from _long_enough(secret, str(detector.secret_type))


def _long_enough(secret: str, kind: str) -> Iterator[tuple[str, str]]:
    if len(secret) >= _SHORTEST and not secret.startswith("VELOX_REDACTED_"):
        yield secret, kind


@dataclass(frozen=True)
class _Library:
    """What is used of detect-secrets."""

    patterns: tuple[tuple[re.Pattern[str], int, str], ...]  # with the group that is the secret, and its kind
    entropy: tuple[Any, ...]  # detectors of random-looking strings
    is_sequential: Callable[[str], bool]  # alphabets and the like, which only look random


@cache
def _library() -> _Library:
    """Load the patterns of detect-secrets.

    The patterns are applied here, because its own search gives only the first match of a line, and of some tokens only
    their prefix.
    """
    try:
        plugins = {
            name: importlib.import_module(f"detect_secrets.plugins.{name}")
            for name in (*_DETECTORS, "keyword")
        }
        heuristic = importlib.import_module("detect_secrets.filters.heuristic")
        found = [getattr(plugins[module], name)() for module, names in _DETECTORS.items() for name in names]
        patterns = [
            (pattern, 0, str(detector.secret_type))
            for detector in found
            for pattern in getattr(detector, "denylist", ())
        ]
        keywords = plugins["keyword"].QUOTES_REQUIRED_DENYLIST_REGEX_TO_GROUP
        patterns += [(pattern, group, "Secret Keyword") for pattern, group in keywords.items()]
        entropy = tuple(detector for detector in found if hasattr(detector, "entropy_limit"))
        return _Library(tuple(patterns), entropy, heuristic.is_sequential_string)
    except (ImportError, AttributeError) as error:
        raise VeloxError(
            "no-redaction",
            f"Secrets cannot be taken out of what would be sent: {error}.",
            "Install Velox with its extra `llm` or `gguf`: pip install 'velox-lsp[llm]'.",
        ) from error
