"""How a request reaches a model: over HTTP through litellm, or in this process through xllamacpp.

Only the worker's process loads these libraries (see `process`).
"""

from __future__ import annotations

import asyncio
import importlib
import os
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

Received = Callable[[int], None]
Ask = Callable[[dict[str, Any], Received], Coroutine[Any, Any, dict[str, Any]]]
_EVERY_SECONDS: Final = 0.1  # between two reports of progress
_CONTEXT_TOKENS: Final = 8192  # of an embedded model
_SEED: Final = 7


class Failed(Exception):
    """The model did not answer; `kind` says whether asking again may help."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message


def load(kind: str) -> Ask:
    """Import the library for a kind of model and return the function that asks it.

    Raises Failed `missing` when the library is not installed.
    """
    name, extra = ("litellm", "llm") if kind == "http" else ("xllamacpp", "gguf")
    try:
        library = importlib.import_module(name)
    except ImportError as error:
        raise Failed(
            "missing", f"{name} is not installed ({error}): pip install 'velox-lsp[{extra}]'"
        ) from error
    transport = _Http(library) if kind == "http" else _Embedded.of(library)
    return transport.ask


class _Collector:
    """Puts an answer together from its pieces and stops one that does not end."""

    def __init__(self, most: int, received: Received) -> None:
        self.text = ""
        self._parts: list[str] = []
        self._length = 0
        self._most = most
        self._received = received
        self._reported = 0.0

    def add(self, piece: str) -> None:
        """Take the next piece; raises Failed `too-long` past the limit."""
        self._parts.append(piece)
        self._length += len(piece)
        if self._length > self._most:
            raise Failed("too-long", f"its answer is longer than {self._most} characters")
        if time.monotonic() - self._reported >= _EVERY_SECONDS:
            self._reported = time.monotonic()
            self._received(self._length)

    def finish(self) -> str:
        """The whole answer; raises Failed `empty` when there is none."""
        text = "".join(self._parts)
        if not text.strip():
            raise Failed("empty", "its answer is empty")
        return text


class _Http:
    """Any service that litellm knows how to speak to."""

    def __init__(self, library: Any) -> None:
        self._library = library
        library.telemetry = False
        library.drop_params = True
        library.suppress_debug_info = True

    async def ask(self, request: dict[str, Any], received: Received) -> dict[str, Any]:
        """Ask, with the answer's schema where the service knows what that is."""
        try:
            async with asyncio.timeout(request["timeout"]):
                try:
                    return await self._ask(request, received, structured=True)
                except Failed as failure:
                    if failure.kind != "rejected" or not request.get("schema"):
                        raise
                    return await self._ask(request, received, structured=False)
        except TimeoutError as error:
            raise Failed("timeout", f"no answer within {request['timeout']:g} s") from error

    async def _ask(self, request: dict[str, Any], received: Received, *, structured: bool) -> dict[str, Any]:
        library = self._library
        extra: dict[str, Any] = {}
        if structured and request.get("schema"):
            extra["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "rewrites", "schema": request["schema"], "strict": True},
            }
        collector = _Collector(request["most_chars"], received)
        usage: Any = None
        try:
            stream = await library.acompletion(
                model=request["model"],
                messages=request["messages"],
                api_base=request["url"] or None,
                # Services without keys still want the field; an empty one would make litellm look elsewhere.
                api_key=request.get("key") or "none",
                max_tokens=request["max_tokens"],
                temperature=request["temperature"],
                timeout=request["timeout"],
                stream=True,
                stream_options={"include_usage": True},
                num_retries=0,
                max_retries=0,
                **extra,
            )
            async for chunk in stream:
                usage = getattr(chunk, "usage", None) or usage
                for choice in chunk.choices:
                    collector.add(choice.delta.content or "")
        except (Failed, asyncio.CancelledError):
            raise
        except Exception as error:
            raise _explain(library, error) from error
        text = collector.finish()
        prompt = int(getattr(usage, "prompt_tokens", 0) or 0) or _estimate(
            sum(len(message["content"]) for message in request["messages"])
        )
        completion = int(getattr(usage, "completion_tokens", 0) or 0) or _estimate(len(text))
        return {
            "text": text,
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "cost": self._cost(request, prompt, completion),
        }

    def _cost(self, request: dict[str, Any], prompt: int, completion: int) -> float | None:
        if not request["priced"]:
            return 0.0
        try:
            # An unknown model is an exception of no class of its own.
            costs = self._library.cost_per_token(
                model=request["model"], prompt_tokens=prompt, completion_tokens=completion
            )
        except Exception:
            return None
        return float(sum(costs))


def _explain(library: Any, error: Exception) -> Failed:
    """Say what went wrong without what was sent: services quote requests in their errors."""
    found = library.exceptions
    if isinstance(error, found.Timeout | TimeoutError):
        return Failed("timeout", "it did not answer in time")
    if isinstance(error, found.AuthenticationError | found.PermissionDeniedError):
        return Failed("key", "it refuses the key")
    if isinstance(error, found.RateLimitError):
        return Failed("busy", "it is busy or the account's limit is reached (HTTP 429)")
    if isinstance(error, found.NotFoundError):
        return Failed("unknown", "it does not know this model or address (HTTP 404)")
    status = getattr(error, "status_code", None)
    if _is_refused(error):
        return Failed("refused", "the connection was refused or could not be made")
    if isinstance(error, found.BadRequestError):
        return Failed("rejected", "it rejects the request (HTTP 400)")
    if isinstance(status, int) and status >= 500:
        return Failed("server", f"it failed (HTTP {status})")
    return Failed("other", f"it failed ({type(error).__name__})")


def _is_refused(error: BaseException) -> bool:
    """Whether a connection could not be made, somewhere down the chain of causes."""
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, OSError) or type(at).__name__ in ("ConnectError", "APIConnectionError"):
            return True
        at = at.__cause__ or at.__context__
    return False


class _Embedded:
    """A GGUF file that llama.cpp runs in this process; loaded once."""

    _one: _Embedded | None = None

    def __init__(self, library: Any) -> None:
        self._library = library
        self._path = ""
        self._server: Any = None

    @classmethod
    def of(cls, library: Any) -> _Embedded:
        """The one that holds the model loaded last."""
        cls._one = cls._one or cls(library)
        return cls._one

    async def ask(self, request: dict[str, Any], received: Received) -> dict[str, Any]:
        """Ask the model; a time-out or an answer without end stops it at its next token."""
        server = self._load(request["model"])
        collector = _Collector(request["most_chars"], received)
        deadline = time.monotonic() + request["timeout"]
        body: dict[str, Any] = {
            "messages": request["messages"],
            "max_tokens": request["max_tokens"],
            "temperature": request["temperature"],
            "seed": _SEED,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.get("schema"):
            body["json_schema"] = request["schema"]
        opening = request.get("opening") or ""
        if opening:
            # A small model that has begun with code goes on with code, and is done where its block ends.
            body["messages"] = [*request["messages"], {"role": "assistant", "content": opening}]
            body["stop"] = ["\n```"]
        problems: list[Failed] = []
        usage: dict[str, Any] = {}

        def take(chunk: Any) -> bool:
            for part in chunk if isinstance(chunk, list) else [chunk]:
                if not isinstance(part, dict):
                    continue
                usage.update(part.get("usage") or {})
                if "error" in part or ("code" in part and "message" in part):
                    told = part.get("error") or part
                    problems.append(Failed("rejected", f"llama.cpp: {str(told.get('message'))[:200]}"))
                    return True
                for choice in part.get("choices") or ():
                    try:
                        collector.add((choice.get("delta") or {}).get("content") or "")
                    except Failed as failure:
                        problems.append(failure)
                        return True
            if time.monotonic() > deadline:
                problems.append(Failed("timeout", f"no answer within {request['timeout']:g} s"))
                return True
            return False

        server.handle_chat_completions(body, take)
        if problems:
            raise problems[0]
        text = opening + collector.finish()
        sent = sum(len(message["content"]) for message in request["messages"])
        return {
            "text": text,
            "prompt_tokens": int(usage.get("prompt_tokens") or _estimate(sent)),
            "completion_tokens": int(usage.get("completion_tokens") or _estimate(len(text))),
            "cost": 0.0,
        }

    def _load(self, path: str) -> Any:
        if self._path != path:
            library = self._library
            self._server = None
            parameters = library.CommonParams()
            parameters.model.path = path
            parameters.n_ctx = _CONTEXT_TOKENS
            parameters.n_parallel = 1
            parameters.warmup = False
            parameters.offline = True
            # Half of the processors: on busy ones llama.cpp's threads wait for each other, ten times slower than one.
            threads = max(1, (os.cpu_count() or 2) // 2)
            parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
            try:
                self._server = library.Server(parameters)
            except Exception as error:
                raise Failed("unknown", f"llama.cpp cannot load {path}: {error}") from error
            self._path = path
        return self._server


def _estimate(characters: int) -> int:
    """Tokens of a text whose service does not count them: about four characters each."""
    return max(1, characters // 4)
