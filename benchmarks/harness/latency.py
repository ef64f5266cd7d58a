"""The latency of a token endpoint under a load of constant arrivals, at four fifths of what it can do."""

import contextlib
import json
import subprocess

from .http import SERVERS, Server, pin
from .places import HERE, node

CONTENDERS = ("twilio", "issuer", "nothing")
SHARE = 0.8


def run(settings) -> dict:
    return {server: measure(command, settings) for server, command in SERVERS.items()}


def measure(command, settings) -> dict:
    with contextlib.ExitStack() as stack:
        servers = {}
        # `issuer` first: the server that signs nothing returns its token.
        for name in ("issuer", "twilio", "nothing"):
            token = servers["issuer"].token if servers else ""
            servers[name] = Server(name, command(name), token)
            stack.callback(servers[name].close)
        return {name: storm(servers[name], settings) for name in CONTENDERS}


def storm(server: Server, settings) -> dict:
    server.load(1)  # warm-up
    capacity = server.load(settings.http_seconds)["requests"]
    rate = round(capacity * SHARE)
    command = node("arrivals.mjs", server.url, str(rate), str(settings.storm_seconds))
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True, preexec_fn=pin(-1))
    return {"rate": rate, **json.loads(done.stdout)}
