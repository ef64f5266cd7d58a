"""The release's page, created by GitHub's own command, with a small server in the place of GitHub."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import release
from version import ROOT, workspace_version

pytestmark = pytest.mark.skipif(not shutil.which("gh"), reason="gh, GitHub's command, is not installed")
VERSION = workspace_version()


class GitHub(ThreadingHTTPServer):
    """The part of GitHub's API that creates a release, reached as a proxy."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.tag_exists = True
        self.accepts_files = True
        self.release: dict[str, object] | None = None
        self.files: dict[str, bytes] = {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: GitHub

    def do_HEAD(self) -> None:
        self.answer(200 if self.server.release else 404, None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        address = urllib.parse.urlsplit(self.path)
        assert self.headers["Authorization"] == "token fake-token"
        if address.path == "/graphql":
            assert json.loads(body)["variables"]["tagName"] == f"refs/tags/v{VERSION}"
            self.answer(
                200, {"data": {"repository": {"ref": {"id": "1"} if self.server.tag_exists else None}}}
            )
        elif address.path == "/repos/somebody/grantmint/releases":
            self.server.release = json.loads(body)
            api, uploads = "http://api.github.localhost", "http://uploads.github.localhost"
            self.answer(201, {"url": f"{api}/releases/1", "upload_url": f"{uploads}/files{{?name,label}}"})
        elif self.server.accepts_files:
            self.server.files[urllib.parse.parse_qs(address.query)["name"][0]] = body
            self.answer(201, {})
        else:
            self.answer(422, {"message": "not accepted"})

    def do_PATCH(self) -> None:
        assert self.server.release is not None
        self.server.release |= json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(200, {"html_url": "http://github.localhost/page"})

    def answer(self, status: int, value: object) -> None:
        body = b"" if value is None else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def github() -> Iterator[GitHub]:
    with GitHub() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """Some files of a release, and a folder that is not one of them."""
    folder = tmp_path / "dist"
    (folder / "native").mkdir(parents=True)
    for name in (f"grantmint-{VERSION}.tgz", f"grantmint-{VERSION}.tar.gz", f"grantmint-{VERSION}.crate"):
        (folder / name).write_text(name)
    command = [sys.executable, str(ROOT / "packaging" / "checksums.py"), "write"]
    subprocess.run(command, env=os.environ | {"GRANTMINT_DIST": str(folder)}, check=True)
    return folder


def test_the_page_has_the_notes_and_the_files(github: GitHub, dist: Path, tmp_path: Path) -> None:
    done = page(github, dist, tmp_path)
    assert done.returncode == 0, done.stderr
    _, notes = release.section(release.CHANGELOG.read_text(encoding="utf-8"), VERSION)
    assert github.release == {
        "tag_name": f"v{VERSION}",
        "name": f"grantmint {VERSION}",
        "body": notes,
        # It is a draft until all files are there.
        "draft": False,
        "prerelease": False,
    }
    assert github.files == {file.name: file.read_bytes() for file in dist.iterdir() if file.is_file()}
    assert "SHA256SUMS" in github.files

    # A second page for the version is refused.
    done = page(github, dist, tmp_path)
    assert done.returncode == 1
    assert f"a release with the same tag name already exists: v{VERSION}" in done.stderr
    assert f"GitHub did not create the page of v{VERSION}." in done.stderr


def test_a_page_without_its_tag_is_refused(github: GitHub, dist: Path, tmp_path: Path) -> None:
    github.tag_exists = False
    done = page(github, dist, tmp_path)
    assert done.returncode == 1
    assert f"tag v{VERSION} doesn't exist" in done.stderr
    assert not github.release


def test_a_page_without_its_files_stays_hidden(github: GitHub, dist: Path, tmp_path: Path) -> None:
    github.accepts_files = False
    done = page(github, dist, tmp_path)
    assert done.returncode == 1
    assert f"GitHub did not create the page of v{VERSION}." in done.stderr
    assert github.release
    assert github.release["draft"] is True


def test_a_changed_file_is_refused(github: GitHub, dist: Path, tmp_path: Path) -> None:
    (dist / f"grantmint-{VERSION}.crate").write_text("changed")
    done = page(github, dist, tmp_path)
    assert done.returncode == 1
    assert f"grantmint-{VERSION}.crate is not the attested file" in done.stderr
    assert not github.release


def page(github: GitHub, dist: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    proxy = f"http://127.0.0.1:{github.server_port}"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GH_", "GITHUB_"))
    }
    environment |= {
        "HTTP_PROXY": proxy,
        "http_proxy": proxy,
        "no_proxy": "",
        "NO_PROXY": "",
        # gh talks to this host without TLS.
        "GH_HOST": "github.localhost",
        "GH_REPO": "github.localhost/somebody/grantmint",
        "GH_TOKEN": "fake-token",
        "GH_CONFIG_DIR": str(folder / "gh"),
        "GH_NO_UPDATE_NOTIFIER": "1",
        "GRANTMINT_DIST": str(dist),
    }
    command = [sys.executable, str(ROOT / "packaging" / "release.py"), "page"]
    return subprocess.run(command, env=environment, capture_output=True, text=True)
