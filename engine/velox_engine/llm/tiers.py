"""Which models may be asked, in which order, and which of them are on this machine."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from velox_engine.settings import Settings
from velox_engine.types import VeloxError


@dataclass(frozen=True, slots=True)
class _Provider:
    """A kind of service: how litellm calls it, where it is, and which variable usually holds its key."""

    prefix: str
    url: str
    key: str


PROVIDERS: Final[dict[str, _Provider]] = {
    "openai": _Provider("openai", "https://api.openai.com/v1", "OPENAI_API_KEY"),
    "anthropic": _Provider("anthropic", "https://api.anthropic.com", "ANTHROPIC_API_KEY"),
    "openrouter": _Provider("openrouter", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    "ollama": _Provider("ollama_chat", "http://127.0.0.1:11434", ""),
}


@dataclass(frozen=True, slots=True)
class Tier:
    """One model that may be asked."""

    name: Literal["primary", "secondary", "local"]
    kind: Literal["http", "gguf"]
    model: str  # as the person wrote it
    called: str  # as the library that asks it names it; for a GGUF file its path
    url: str  # "" for a GGUF file
    key_variable: str
    timeout: float
    remote: bool
    retries: int

    @property
    def where(self) -> str:
        """The host that receives what is sent."""
        return urlsplit(self.url).netloc.rpartition("@")[2] if self.url else "this process"


def tiers_of(settings: Settings) -> list[Tier]:
    """The models that are set up, in the order in which they are asked; empty when there are none.

    Raises VeloxError `bad-model` for a name that cannot be meant.
    """
    if not settings.llm:
        return []
    wanted = [
        ("primary", settings.llm_primary, settings.llm_primary_url, settings.llm_primary_key),
        ("secondary", settings.llm_secondary, settings.llm_secondary_url, settings.llm_secondary_key),
        ("local", settings.llm_local, settings.llm_local_url, ""),
    ]
    found = [_tier(name, model, url, key, settings) for name, model, url, key in wanted if model]
    for tier in found:
        if tier.name == "local" and tier.remote:
            raise VeloxError(
                "bad-model",
                f"llm-local = {tier.model!r} is not on this machine: its address is {tier.where}.",
                "Name it as llm-primary or llm-secondary; the local model is `ollama/NAME` or a GGUF file.",
            )
    return found


def refusal(tier: Tier, settings: Settings) -> str:
    """Why a model may not be asked, "" when it may."""
    if tier.remote and settings.llm_local_only:
        return f"{tier.where} is not this machine, and llm-local-only is on"
    return ""


def _tier(name: str, model: str, url: str, key: str, settings: Settings) -> Tier:
    timeout = settings.llm_local_timeout if name == "local" else settings.llm_timeout
    if model.lower().endswith(".gguf"):
        path = Path(model.removeprefix("gguf:")).expanduser()
        if not path.is_file():
            raise VeloxError(
                "bad-model", f"llm-{name}: there is no file {path}.", "Give the path of a GGUF file."
            )
        return Tier(name, "gguf", model, str(path), "", "", timeout, False, 0)  # type: ignore[arg-type]
    service, slash, rest = model.partition("/")
    provider = PROVIDERS.get(service)
    if provider is None or not slash or not rest:
        known = ", ".join(f"{known}/NAME" for known in PROVIDERS)
        raise VeloxError(
            "bad-model",
            f"llm-{name} = {model!r} names no model that Velox can ask.",
            f"Write {known} (openai/NAME with llm-{name}-url for any service like it) or the path of a GGUF file.",
        )
    address = url or provider.url
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise VeloxError(
            "bad-model", f"llm-{name}-url = {address!r} is no address.", "Write it as https://HOST/v1."
        )
    # A key is never sent to an address that it does not belong to unless its variable is named.
    variable = key or (provider.key if not url else "")
    return Tier(
        name=name,  # type: ignore[arg-type]
        kind="http",
        model=model,
        called=f"{provider.prefix}/{rest}",
        url=address,
        key_variable=variable,
        timeout=timeout,
        remote=not _is_loopback(parts.hostname),
        retries=settings.llm_retries,
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
