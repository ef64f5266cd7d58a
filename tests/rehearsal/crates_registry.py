"""A cargo registry on loopback in the place of crates.io, with a sparse index and uploads.

``python crates_registry.py FOLDER PORT TOKEN UPSTREAM CACHE`` keeps the uploaded crates in ``FOLDER``. It
forwards requests for other crates to the sparse index ``UPSTREAM``, and keeps the answers in ``CACHE``.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FOLDER, PORT, TOKEN, UPSTREAM = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
CACHE = Path(sys.argv[5])
ADDRESS = f"http://127.0.0.1:{PORT}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/config.json":
            self.answer(200, json.dumps({"dl": f"{ADDRESS}/dl", "api": ADDRESS}).encode())
        elif self.path.startswith("/dl/"):
            _, _, name, version, _ = self.path.split("/")
            own = FOLDER / f"{name}-{version}.crate"
            self.answer(200, own.read_bytes()) if own.is_file() else self.forward(download(name, version))
        else:
            own = FOLDER / "index" / self.path.rsplit("/", 1)[1]
            self.answer(200, own.read_bytes()) if own.is_file() else self.forward(UPSTREAM + self.path[1:])

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Authorization") != TOKEN:
            self.answer(403, problem("the token is not valid"))
            return
        (length,) = struct.unpack_from("<I", body)
        metadata = json.loads(body[4 : 4 + length])
        crate = body[8 + length :]
        entry = index_entry(metadata, hashlib.sha256(crate).hexdigest())
        file = FOLDER / f"{entry['name']}-{entry['vers']}.crate"
        if file.exists():
            self.answer(400, problem(f"crate version {entry['vers']} is already uploaded"))
            return
        file.write_bytes(crate)
        index = FOLDER / "index" / entry["name"]
        index.parent.mkdir(exist_ok=True)
        with index.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(entry) + "\n")
        self.answer(200, b'{"warnings": {"invalid_categories": [], "invalid_badges": [], "other": []}}')

    def forward(self, url: str) -> None:
        try:
            self.answer(200, fetch(url))
        except urllib.error.HTTPError as error:
            self.answer(error.code, b"")

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def index_entry(metadata: dict[str, Any], checksum: str) -> dict[str, Any]:
    """Returns the line of the index for an upload, whose format differs slightly."""
    dependencies = []
    for dependency in metadata["deps"]:
        renamed = dependency.get("explicit_name_in_toml")
        # This registry is in the place of crates.io, so a dependency from crates.io is from here.
        assert dependency["registry"] in (None, "https://github.com/rust-lang/crates.io-index"), dependency
        dependencies.append(
            {
                "name": renamed or dependency["name"],
                "package": dependency["name"] if renamed else None,
                "req": dependency["version_req"],
                "registry": None,
            }
            | {key: dependency[key] for key in ("features", "optional", "default_features", "target", "kind")}
        )
    return {
        "name": metadata["name"],
        "vers": metadata["vers"],
        "deps": dependencies,
        "features": metadata["features"],
        "cksum": checksum,
        "yanked": False,
        "rust_version": metadata.get("rust_version"),
    }


def download(name: str, version: str) -> str:
    template: str = json.loads(fetch(f"{UPSTREAM}config.json"))["dl"]
    if "{crate}" not in template:
        return f"{template}/{name}/{version}/download"
    return template.replace("{crate}", name).replace("{version}", version)


def fetch(url: str) -> bytes:
    kept = CACHE / hashlib.sha256(url.encode()).hexdigest()
    if kept.is_file():
        return kept.read_bytes()
    # crates.io rejects requests without a name.
    request = urllib.request.Request(url, headers={"User-Agent": "grantmint-rehearsal"})
    with urllib.request.urlopen(request, timeout=60) as response:
        body: bytes = response.read()
    # Another thread may read it at the same time.
    unfinished = kept.with_name(f"{kept.name}.{threading.get_ident()}")
    unfinished.write_bytes(body)
    unfinished.replace(kept)
    return body


def problem(detail: str) -> bytes:
    return json.dumps({"errors": [{"detail": detail}]}).encode()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
