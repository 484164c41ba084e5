"""Posts a notice to an address that the person has set; only JSON that was made for it, never the source."""

from __future__ import annotations

import ipaddress
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from velox_engine.types import VeloxError

_SECONDS: Final = 5.0


def checked_address(text: str) -> str:
    """Return an address that may be posted to: https, or http on this machine; raises VeloxError `bad-webhook`."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    secure = parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))
    plain = parts.username is None and parts.password is None and not parts.fragment
    if not secure or not host or not plain or port == 0 or any(ord(c) <= 32 or ord(c) == 127 for c in text):
        raise VeloxError(
            "bad-webhook",
            f"{text!r} is no address to post to.",
            "Give an https address without user name, or http on this machine.",
        )
    return text


def post(address: str, notice: Mapping[str, Any]) -> str:
    """Post a notice and return "" when it was taken, else why not; nothing that the other side says is followed."""
    request = urllib.request.Request(
        checked_address(address),
        data=json.dumps(notice).encode("utf-8"),
        headers={"Content-Type": "application/json", "User-Agent": "velox"},
        method="POST",
    )
    handlers: list[urllib.request.BaseHandler] = [_NoRedirect()]
    if _is_here(urlsplit(address).hostname or ""):
        handlers.append(urllib.request.ProxyHandler({}))
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=_SECONDS):
            return ""
    except urllib.error.HTTPError as error:
        with error:
            return f"it answered {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Another address was not set by the person."""

    def redirect_request(self, *arguments: Any, **more: Any) -> None:
        return None


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
