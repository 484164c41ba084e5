"""A commit is fetched within limits, without running or following anything of it, and is gone afterwards."""

from __future__ import annotations

import http.server
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from velox_engine.types import VeloxError
from velox_engine.workspace import checkout as module
from velox_engine.workspace.checkout import MEBIBYTE, checkout
from velox_engine.workspace.git import changed_files
from velox_engine.workspace.repository_address import RepositoryAddress, parse_address

LIMITS = {"most_bytes": 20 * MEBIBYTE, "seconds": 60.0}


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A bare repository of two commits, with everything in it that ought not to happen on a fetch."""
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "-q")
    (work / "shop.py").write_text("def f():\n    return 1\n")
    git(work, "add", ".")
    git(work, "commit", "-qm", "first")
    git(work, "tag", "v1")
    (work / "shop.py").write_text("def f():\n    return 2\n")
    (work / "new.py").write_text("")
    (work / "link.py").symlink_to("/etc/passwd")
    (work / ".gitattributes").write_text("*.py filter=lfs\n")
    (work / ".gitmodules").write_text('[submodule "x"]\n\tpath = x\n\turl = https://example.org/x/y\n')
    git(work, "-c", "filter.lfs.clean=cat", "add", ".")
    git(work, "-c", "filter.lfs.clean=cat", "commit", "-qm", "second")
    git(tmp_path, "clone", "-q", "--bare", str(work), "shop.git")
    return tmp_path / "shop.git"


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that is the test's own."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(module.tempfile, "tempdir", str(folder))
    return folder


def address_of(text: object) -> RepositoryAddress:
    address = parse_address(str(text))
    assert address is not None
    return address


def test_the_commit_is_there_and_then_gone(bare: Path, scratch: Path) -> None:
    """Branch, tag and commit id give their files; nothing stays behind."""
    second = git(bare, "rev-parse", "main")
    for ref, text in (("", "2"), ("@main", "2"), ("@v1", "1"), (f"@{second}", "2")):
        with checkout(address_of(f"{bare}{ref}"), **LIMITS) as found:
            assert f"return {text}" in (found.folder / "shop.py").read_text()
            if text == "2":
                assert found.commit == second
        assert list(scratch.iterdir()) == []


def test_hooks_filters_links_and_configuration_take_no_part(
    bare: Path, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person's hooks, templates and filters are not run; a link is a plain file and leads nowhere."""
    traces = tmp_path / "traces"
    home = tmp_path / "home"
    (home / "hooks").mkdir(parents=True)
    hook = home / "hooks" / "post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {traces}\n")
    hook.chmod(0o755)
    (home / ".gitconfig").write_text(
        f'[core]\n\thooksPath = {home}/hooks\n[filter "lfs"]\n\tsmudge = touch {traces}; cat\n\trequired = true\n'
    )
    monkeypatch.setenv("HOME", str(home))
    with checkout(address_of(bare), **LIMITS) as found:
        assert not (found.folder / "link.py").is_symlink()
        assert (found.folder / "link.py").read_text() == "/etc/passwd"
        assert not (found.folder / "x").exists()
    assert not traces.exists()


def test_a_further_revision_can_be_compared_with(bare: Path, scratch: Path) -> None:
    """Two commits without their history are enough to tell which files differ."""
    with checkout(address_of(bare), also="v1", **LIMITS) as found:
        names = {path.name for path in changed_files(found.folder, "v1") if path.suffix == ".py"}
        assert names == {"shop.py", "new.py", "link.py"}


def test_an_unknown_ref_and_an_absent_repository_are_named(bare: Path, scratch: Path) -> None:
    """The error says what is missing, and nothing stays behind."""
    with pytest.raises(VeloxError) as caught, checkout(address_of(f"{bare}@nowhere"), **LIMITS):
        pass
    assert caught.value.code == "no-such-revision"
    shutil.rmtree(bare / "objects")
    with pytest.raises(VeloxError) as caught, checkout(RepositoryAddress(str(bare), local=True), **LIMITS):
        pass
    assert caught.value.code == "fetch-failed"
    assert list(scratch.iterdir()) == []


def test_a_small_pack_that_unpacks_to_much_is_refused_before_it_is_unpacked(
    bare: Path, scratch: Path, tmp_path: Path
) -> None:
    """Thirty megabytes of one letter compress to nothing; the limit holds for what they would become."""
    (tmp_path / "work" / "large.txt").write_text("x" * 30 * MEBIBYTE)
    git(tmp_path / "work", "add", "large.txt")
    git(tmp_path / "work", "commit", "-qm", "large")
    git(tmp_path / "work", "push", "-q", str(bare), "HEAD:main")
    with pytest.raises(VeloxError) as caught, checkout(address_of(bare), **LIMITS):
        pass
    assert caught.value.code == "too-large"
    assert list(scratch.iterdir()) == []


def test_time_is_limited_and_interruption_cleans_up(
    bare: Path, scratch: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A git that hangs is ended with what it started; so is one that the person interrupts."""
    programs = tmp_path / "programs"
    programs.mkdir()
    slow = programs / "git"
    slow.write_text("#!/bin/sh\nsleep 600\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(VeloxError) as caught, checkout(address_of(bare), most_bytes=MEBIBYTE, seconds=0.3):
        pass
    assert caught.value.code == "too-slow"

    def interrupt(folder: Path) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_bytes_in", interrupt)
    with pytest.raises(KeyboardInterrupt), checkout(address_of(bare), most_bytes=MEBIBYTE, seconds=60):
        pass
    assert list(scratch.iterdir()) == []


def test_what_a_killed_run_left_is_removed_by_the_next(bare: Path, scratch: Path) -> None:
    """A folder whose process is gone goes; one whose process lives stays."""
    done = subprocess.Popen(["true"])
    done.wait()
    dead, alive = (scratch / f"velox-repository-{number}-x" for number in (done.pid, os.getpid()))
    dead.mkdir()
    alive.mkdir()
    with checkout(address_of(bare), **LIMITS):
        assert not dead.exists()
    assert list(scratch.iterdir()) == [alive]


@pytest.fixture
def https(bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The bare repository behind TLS on this machine, by git's own web back end; the address of it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate of the server")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    asked = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", *asked.split(), *files], check=True, capture_output=True)
    root = tmp_path / "served" / "owner"
    root.mkdir(parents=True)
    shutil.copytree(bare, root / "shop.git")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            length = int(self.headers.get("Content-Length") or 0)
            environment = {
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(root.parent),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(length),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "safe.directory",
                "GIT_CONFIG_VALUE_0": "*",
            }
            if path.startswith("/elsewhere/"):
                self.send_response(302)
                self.send_header("Content-Length", "0")
                self.send_header("Location", f"http://127.0.0.1:{port}{path[10:]}?{query}")
                self.end_headers()
                return
            done = subprocess.run(
                ["git", "http-backend"],
                env=environment,
                input=self.rfile.read(length),
                capture_output=True,
                check=False,
            )
            head, _, body = done.stdout.partition(b"\r\n\r\n")
            rows = dict(line.split(": ", 1) for line in head.decode().splitlines())
            self.send_response(int(rows.pop("Status", "200").split()[0]))
            for name, value in rows.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, format: str, *arguments: object) -> None:
            """Stay silent."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("GIT_SSL_CAINFO", str(certificate))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield f"https://127.0.0.1:{port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_commit_comes_over_https(https: str, scratch: Path) -> None:
    """The whole way: TLS, a shallow fetch, and the files of the tag."""
    with checkout(address_of(f"{https}/owner/shop.git@v1"), **LIMITS) as found:
        assert "return 1" in (found.folder / "shop.py").read_text()
        assert git(found.folder, "rev-list", "--count", "HEAD") == "1"


def test_a_redirect_to_another_protocol_is_not_followed(https: str, scratch: Path) -> None:
    """The server cannot lead git away from https."""
    with pytest.raises(VeloxError) as caught, checkout(address_of(f"{https}/elsewhere/shop.git"), **LIMITS):
        pass
    assert caught.value.code == "fetch-failed"
    assert "http" in caught.value.message
