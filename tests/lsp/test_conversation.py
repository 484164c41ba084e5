"""The server begins and ends as the protocol has it, and no message that an editor can send ends it."""

from __future__ import annotations

import asyncio
import io
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from wire import SERVER, Wire

from velox_server import handlers
from velox_server.server import VeloxServer

SLOW = (
    "def f(xs):\n    out = []\n    for x in xs:\n"
    "        if x not in out:\n            out.append(x)\n    return out\n"
)
URI = "file:///shop/a.py"
Start = Callable[..., Wire]


def alive(wire: Wire) -> None:
    """The server answers and scans as ever."""
    uri = f"file:///shop/{len(wire.log)}.py"
    wire.open(uri, SLOW)
    assert [d["code"] for d in wire.diagnostics(uri)] == ["VX103"]


def test_exit_codes_follow_the_protocol(start: Start) -> None:
    """0 after shutdown and exit, 1 for an exit without shutdown, 1 when the client just goes, 0 after shutdown."""
    with start() as wire:
        wire.initialize()
        assert wire.close() == 0
    with start() as wire:
        wire.initialize()
        wire.notify("exit")
        assert wire.process.wait(30) == 1
    with start() as wire:
        wire.initialize()
        wire.process.stdin.close()
        assert wire.process.wait(30) == 1
    with start() as wire:
        wire.initialize()
        wire.call("shutdown")
        wire.process.stdin.close()
        assert wire.process.wait(30) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_termination_signal_ends_it(start: Start) -> None:
    """SIGTERM ends the server at once, with the code that shells expect."""
    with start() as wire:
        wire.initialize()
        wire.process.send_signal(signal.SIGTERM)
        assert wire.process.wait(30) == 128 + signal.SIGTERM


def test_requests_after_shutdown_are_refused(start: Start) -> None:
    """Between shutdown and exit every request is an error, and exit still gives 0."""
    with start() as wire:
        wire.initialize()
        wire.call("shutdown")
        reply = wire.reply_to(wire.ask("textDocument/hover", {}))
        assert reply["error"]["code"] == -32600
        wire.notify("exit")
        assert wire.process.wait(30) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{nonsense", -32700),
        (b"\xff\xfe", -32700),
        (b"[" * 100_000, -32700),
        (b"[]", -32600),
        (b"3", -32600),
        (b'{"id": 1, "method": "initialize"}', -32600),
    ],
)
def test_senseless_message_is_answered_and_survived(lasting: Wire, body: bytes, code: int) -> None:
    """What is no JSON-RPC gets the error code for it; the next message is handled as ever."""
    lasting.send_bytes(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    reply = lasting.wait(lambda message: "error" in message)
    assert (reply["id"], reply["error"]["code"]) == (None, code)
    alive(lasting)


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [
        ("textDocument/hover", {"textDocument": 3}, -32602),
        ("textDocument/hover", None, -32602),
        ("textDocument/codeAction", {"textDocument": {"uri": URI}}, -32602),
        ("workspace/executeCommand", {"command": "velox.nonsense"}, -32602),
        ("velox/unknown", {}, -32601),
        ("codeAction/resolve", {"title": "t", "data": [1]}, None),
        ("workspace/executeCommand", {"command": "velox.applySuggestion", "arguments": ["x"]}, None),
    ],
)
def test_senseless_request_is_answered_and_survived(
    lasting: Wire, method: str, params: Any, code: int | None
) -> None:
    """A request that cannot be understood gets an error, one that can but makes no sense an answer."""
    reply = lasting.reply_to(lasting.ask(method, params))
    assert reply.get("error", {}).get("code") == code
    alive(lasting)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("textDocument/didChange", {"textDocument": {"uri": URI}}),
        (
            "textDocument/didChange",
            {"textDocument": {"uri": "file:///no.py", "version": 1}, "contentChanges": []},
        ),
        ("textDocument/didClose", {"textDocument": {"uri": "file:///no.py"}}),
        ("textDocument/didSave", {"textDocument": {"uri": "file:///no.py"}}),
        ("textDocument/didOpen", {}),
        ("window/workDoneProgress/cancel", {"token": "no such token"}),
        ("$/cancelRequest", {"id": 99}),
        ("$/setTrace", {"value": "verbose"}),
        ("velox/unknown", {}),
        ("workspace/didChangeConfiguration", {"settings": 3}),
    ],
)
def test_senseless_notification_is_survived(lasting: Wire, method: str, params: Any) -> None:
    """A notification that means nothing changes nothing."""
    lasting.notify(method, params)
    alive(lasting)


def test_answer_to_no_question_is_survived(lasting: Wire) -> None:
    """Responses that nobody waits for, and malformed ones, are passed over."""
    lasting.send({"id": "never asked", "result": 3})
    lasting.send({"id": "never asked", "error": {"code": 1, "message": "no"}})
    lasting.send({"id": "never asked", "error": "no"})
    alive(lasting)


def test_stream_out_of_step_ends_the_server(start: Start) -> None:
    """Bytes that are no framed messages cannot be answered: the server says so and ends with 1."""
    with start() as wire:
        wire.initialize()
        wire.send_bytes(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wire.process.wait(30) == 1
        assert b"Content-Length" in wire.errors


def test_tcp_serves_one_client(store_folder: object) -> None:
    """With --tcp the port is printed, a client is served, and the process ends with its exit."""
    command = [*SERVER, "--tcp", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        port = int(process.stderr.readline().rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            stream = connection.makefile("rwb")

            def send(**message: Any) -> None:
                body = json.dumps({"jsonrpc": "2.0", **message}).encode()
                stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                stream.flush()

            def receive() -> Any:
                length = 0
                while line := stream.readline().strip():
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.partition(b":")[2])
                return json.loads(stream.read(length))

            send(id=1, method="initialize", params={"capabilities": {}, "processId": None, "rootUri": None})
            assert receive()["result"]["serverInfo"]["name"] == "velox-server"
            item = {"uri": URI, "languageId": "python", "version": 1, "text": SLOW}
            send(method="textDocument/didOpen", params={"textDocument": item})
            assert receive()["params"]["diagnostics"][0]["code"] == "VX103"
            send(id=2, method="shutdown")
            assert receive()["id"] == 2
            send(method="exit")
            stream.close()
        assert process.wait(30) == 0


def test_version_is_printed() -> None:
    """--version answers without starting a server."""
    done = subprocess.run([*SERVER, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("velox-server ")


def test_port_that_is_taken_is_a_clear_error() -> None:
    """A port in use ends the command with 2 and a sentence."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run([*SERVER, "--tcp", "--port", port], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "cannot listen" in done.stderr


def test_starting_imports_nothing_heavy() -> None:
    """The server is ready for the first keystroke without the libraries that only rewriting needs."""
    code = (
        "import sys\nfrom velox_server import handlers, transport\nfrom velox_server.server import VeloxServer\n"
        "handlers.register(VeloxServer())\nprint(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    heavy = {
        "numpy",
        "torch",
        "jedi",
        "radon",
        "hypothesis",
        "litellm",
        "rich",
        "sqlite3",
        "velox_engine.advisor",
    }
    assert not heavy & loaded


def test_handled_messages_are_forgotten() -> None:
    """Neither notifications nor requests leave anything behind in the protocol once they are handled."""
    server = VeloxServer()
    handlers.register(server)
    sent = io.BytesIO()
    server.protocol.set_writer(sent)  # pyright: ignore[reportArgumentType]

    async def talk() -> None:
        server.started(asyncio.get_running_loop())

        def tell(method: str, **message: object) -> None:
            server.protocol.receive(json.dumps({"jsonrpc": "2.0", "method": method, **message}).encode())

        tell("initialize", id=1, params={"capabilities": {}, "processId": None, "rootUri": None})
        item = {"uri": URI, "languageId": "python", "version": 1, "text": SLOW}
        tell("textDocument/didOpen", params={"textDocument": item})
        for version in range(2, 50):
            document = {"uri": URI, "version": version}
            tell(
                "textDocument/didChange",
                params={"textDocument": document, "contentChanges": [{"text": SLOW}]},
            )
            place = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 4}}
            tell("textDocument/hover", id=version, params=place)
        while len(server.protocol._request_futures):
            await asyncio.sleep(0.01)
        await server.close()

    asyncio.run(asyncio.wait_for(talk(), 60))
    assert sent.getvalue().count(b'"id":') >= 49
