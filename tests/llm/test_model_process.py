"""The process that holds model libraries knows nothing of the person's environment and never outlives its use."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from scripted_model import Hangs, Says, scripted_model

from velox_engine.llm.process import ModelProcess, clean_environment

ASK = """
import sys
from velox_engine.llm.process import ModelProcess
process = ModelProcess()
document = {"kind": "http", "model": "openai/x", "url": sys.argv[1], "key": "", "messages": [
    {"role": "user", "content": "hi"}], "schema": None, "max_tokens": 9, "temperature": 0, "most_chars": 99,
    "priced": False}
process._started()
print(process.pid, flush=True)
print(process.request(document, timeout=60, progress=lambda n: None))
"""


def document(url: str) -> dict[str, Any]:
    return {
        "kind": "http", "model": "openai/x", "url": url, "key": "", "schema": None, "max_tokens": 9,
        "messages": [{"role": "user", "content": "hi"}], "temperature": 0, "most_chars": 1000, "priced": False,
    }  # fmt: skip


def is_running(identity: int) -> bool:
    stat = Path(f"/proc/{identity}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_until_gone(identity: int) -> bool:
    deadline = time.monotonic() + 30
    while is_running(identity) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_running(identity)


def test_environment_holds_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and settings of other tools do not reach the process; its home is an empty folder."""
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.setenv("LITELLM_LOG", "DEBUG")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    environment = clean_environment("/folder")
    assert not {"OPENAI_API_KEY", "LITELLM_LOG", "PYTHONPATH"} & set(environment)
    assert environment["HOME"] == "/folder"
    assert (environment["LITELLM_MODE"], environment["LITELLM_LOCAL_MODEL_COST_MAP"]) == (
        "PRODUCTION",
        "True",
    )
    assert "127.0.0.1" in environment["NO_PROXY"]


def test_files_of_the_workspace_are_not_read(
    process: ModelProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A `.env` and a `litellm.py` in the folder that Velox runs in change nothing."""
    (tmp_path / ".env").write_text("OPENAI_API_BASE=http://127.0.0.1:9\nHTTP_PROXY=http://127.0.0.1:9\n")
    (tmp_path / "litellm.py").write_text("raise SystemExit('imported from the workspace')\n")
    monkeypatch.chdir(tmp_path)
    own = ModelProcess()
    try:
        with scripted_model([Says("fine")]) as model:
            assert own.request(document(model.url), timeout=30, progress=lambda n: None)["text"] == "fine"
    finally:
        own.close()


def test_an_interrupted_request_ends_the_process(process: ModelProcess) -> None:
    """Ctrl-C while a model thinks: its process ends and the service sees it leave."""
    own = ModelProcess()
    with scripted_model([Hangs()]) as model:

        def interrupt() -> None:
            model.arrived.wait(60)
            os.kill(os.getpid(), signal.SIGINT)

        own._started()
        identity = own.pid
        assert identity is not None
        threading.Thread(target=interrupt).start()
        # Whoever runs the tests in the background has switched Ctrl-C off.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            with pytest.raises(KeyboardInterrupt):
                own.request(document(model.url), timeout=60, progress=lambda n: None)
        finally:
            signal.signal(signal.SIGINT, before)
        assert own.pid is None
        assert wait_until_gone(identity)
        assert model.left.wait(30)


def test_the_process_ends_with_whoever_started_it() -> None:
    """When Velox is killed in the middle of a request, its model process ends by itself."""
    with scripted_model([Hangs()]) as model:
        with subprocess.Popen(
            [sys.executable, "-c", ASK, model.url], stdout=subprocess.PIPE, text=True
        ) as parent:
            assert parent.stdout is not None
            identity = int(parent.stdout.readline())
            assert model.arrived.wait(60)
            parent.kill()
        assert wait_until_gone(identity)
        assert model.left.wait(30)


def test_a_dead_process_is_told_and_started_anew() -> None:
    """A library that crashes the process is a failed request; the next one gets a new process."""
    own = ModelProcess()
    try:
        with scripted_model([Hangs(), Says("again")]) as model:

            def crash() -> None:
                model.arrived.wait(60)
                assert own.pid is not None
                os.kill(own.pid, signal.SIGSEGV)

            threading.Thread(target=crash).start()
            reply = own.request(document(model.url), timeout=60, progress=lambda n: None)
            assert reply["error"] == {"kind": "crashed", "message": "the model's process ended (SIGSEGV)"}
            assert own.request(document(model.url), timeout=60, progress=lambda n: None)["text"] == "again"
    finally:
        own.close()


def test_litellm_is_imported_in_no_other_process() -> None:
    """Loading everything that asks models imports none of their libraries."""
    code = (
        "import sys, json, velox_engine.advisor.worker, velox_engine.llm.worker, velox_engine.cli.audit\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert not loaded & {"litellm", "xllamacpp", "openai", "detect_secrets", "requests", "httpx"}
