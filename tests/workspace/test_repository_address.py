"""Which texts mean a repository, and which are refused before git ever sees them."""

from __future__ import annotations

from pathlib import Path

import pytest

from velox_engine.types import VeloxError
from velox_engine.workspace.repository_address import checked_ref, parse_address


@pytest.mark.parametrize(
    "text",
    [
        "http://example.org/owner/name",
        "git://example.org/owner/name",
        "ssh://git@example.org/owner/name",
        "git@example.org:owner/name",
        "file:///etc/owner",
        "ext::sh -c 'touch x' ://a.b/c/d",
        "https://user:word@example.org/owner/name",
        "https://-oProxyCommand=x.org/owner/name",
        "https://example.org/--upload-pack=x/name",
        "https://example.org/owner/../name",
        "https://example.org/owner/name?x=1",
        "https://example.org/owner/name\n--config=x",
        "https://example.org:99999/owner/name",
        "https://localhost/owner/name",
        "https://example.org/owner",
    ],
)
def test_other_protocols_and_odd_parts_are_refused(text: str) -> None:
    """No option, password, other protocol, step upwards or line break gets through."""
    with pytest.raises(VeloxError) as caught:
        parse_address(text)
    assert caught.value.code == "bad-repository"


@pytest.mark.parametrize(
    "ref",
    [
        "",
        "-x",
        "--upload-pack=x",
        "a..b",
        "a b",
        "a:b",
        "+a",
        "a@{1}",
        "x.lock",
        "a//b",
        "a/",
        ".a",
        "a/.b",
        "^a",
    ],
)
def test_refs_that_git_could_read_as_something_else_are_refused(ref: str) -> None:
    """A ref is a plain branch, tag or commit, never an option, a range or a refspec."""
    with pytest.raises(VeloxError, match="no branch, tag or commit"):
        parse_address(f"https://example.org/owner/name@{ref}")


def test_an_address_and_its_ref() -> None:
    """Owner, name, port and ref are read as written."""
    address = parse_address("https://example.org:8443/group/sub/name.git@release/1.2")
    assert address is not None
    assert (address.url, address.ref, address.name, address.local) == (
        "https://example.org:8443/group/sub/name.git",
        "release/1.2",
        "group/sub/name",
        False,
    )
    assert checked_ref("v1.0+build_2") == "v1.0+build_2"


@pytest.mark.parametrize("text", ["src", "shop.py", "shop.py::Cart.total", "C:/work/shop.py", "a@b.py"])
def test_paths_are_no_repositories(text: str) -> None:
    """What names a file or folder is looked at in place."""
    assert parse_address(text) is None


def test_a_bare_folder_is_a_repository(tmp_path: Path) -> None:
    """It has no files to look at in place, so one of its commits is fetched."""
    for part in ("objects", "refs"):
        (tmp_path / "shop.git" / part).mkdir(parents=True)
    (tmp_path / "shop.git" / "HEAD").write_text("ref: refs/heads/main\n")
    address = parse_address(f"{tmp_path}/shop.git@main")
    assert address is not None
    assert (address.local, address.ref, address.name) == (True, "main", "shop")
