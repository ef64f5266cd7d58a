"""A server on loopback between twine and a registry, which also hands out identities as GitHub does."""

from __future__ import annotations

import base64
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def recorder(upstream: str) -> Iterator[Recorder]:
    with Recorder(upstream) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


class Recorder(ThreadingHTTPServer):
    """Records requests. Forwards uploads to a registry, and returns an identity token for a workflow."""

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), RecordingHandler)
        self.upstream = upstream
        self.address = f"http://127.0.0.1:{self.server_port}/"
        self.asked: list[str] = []
        self.uploads: list[bytes] = []


class RecordingHandler(BaseHTTPRequestHandler):
    server: Recorder

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        now = int(time.time())
        claims = {
            "iss": "https://token.actions.githubusercontent.com",
            "aud": "sigstore",
            "sub": "repo:somebody/grantmint:ref:refs/tags/v0.1.0",
            "job_workflow_ref": "somebody/grantmint/.github/workflows/release.yml@refs/tags/v0.1.0",
            "iat": now,
            "nbf": now,
            "exp": now + 300,
        }
        parts = ({"alg": "RS256", "typ": "JWT"}, claims, "fake-signature")
        token = ".".join(
            base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
        )
        self.answer(200, json.dumps({"value": token}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.uploads.append(body)
        headers = {name: self.headers[name] for name in ("Content-Type", "Authorization")}
        request = urllib.request.Request(self.server.upstream, body, headers)
        with urllib.request.urlopen(request, timeout=60) as response:
            self.answer(response.status, response.read())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass
