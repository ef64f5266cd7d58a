"""Speed and memory of a token endpoint under load, with Express and FastAPI.

Each contender is compared with a server that returns a constant token.
"""

import contextlib
import json
import os
import subprocess
import urllib.request
from functools import partial

from .places import HERE, node, python
from .rounds import alternate, statistics_of
from .workload import BASE, verify

CONTENDERS = ("twilio", "access_token", "issuer", "nothing")
CONNECTIONS = 32

SERVERS = {
    "express": lambda name: node("server.cjs", name),
    "fastapi": lambda name: python("server.py", name),
}


def run(settings) -> dict:
    return {server: measure(command, settings) for server, command in SERVERS.items()}


def measure(command, settings) -> dict:
    with contextlib.ExitStack() as stack:
        # `issuer` runs first: the server that signs nothing returns its token.
        servers = {}
        for name in ("issuer", "access_token", "twilio", "nothing"):
            token = servers["issuer"].token if servers else ""
            servers[name] = Server(name, command(name), token)
            stack.callback(servers[name].close)
        memory = {name: server.peak_memory() for name, server in servers.items()}
        for server in servers.values():
            server.load(1)  # warm-up
        answers = alternate(
            {name: partial(servers[name].load, settings.http_seconds) for name in CONTENDERS},
            settings.http_rounds,
        )
        for name, server in servers.items():
            server.check(signed=name != "nothing")
        return {
            name: {
                "requests": statistics_of([answer["requests"] for answer in answers[name]]),
                "p50": statistics_of([answer["p50"] for answer in answers[name]])["median"],
                "p99": statistics_of([answer["p99"] for answer in answers[name]])["median"],
                "peak_memory": memory[name],
            }
            for name in CONTENDERS
        }


class Server:
    def __init__(self, name: str, command: list[str], token: str) -> None:
        self.name = name
        self.process = subprocess.Popen(
            command,
            cwd=HERE,
            env=os.environ | {"NODE_ENV": "production", "TOKEN": token},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            preexec_fn=pin(0),
        )
        self.process.stdin.write(json.dumps(BASE))
        self.process.stdin.close()
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"
        self.token = self.ask("alice")["token"]

    def ask(self, identity: str) -> dict:
        with urllib.request.urlopen(f"{self.url}/token?identity={identity}", timeout=10) as response:
            return json.load(response)

    def check(self, signed: bool) -> None:
        """Checks the token that the server returns after the load.

        It is for the requesting user, or for alice if the server signs nothing.
        """
        answer = self.ask("bob")
        verify(answer["token"], "bob" if signed else "alice", BASE)

    def load(self, seconds: int) -> dict:
        command = node("load.mjs", self.url, str(CONNECTIONS), str(seconds))
        done = subprocess.run(
            command, cwd=HERE, capture_output=True, text=True, check=True, preexec_fn=pin(-1)
        )
        answer = json.loads(done.stdout)
        if answer["failed"]:
            raise RuntimeError(f"{self.name}: {answer['failed']} requests failed")
        return answer

    def peak_memory(self) -> int | None:
        """Returns the peak memory in bytes after the start and one answer. Only Linux reports it."""
        try:
            with open(f"/proc/{self.process.pid}/status") as status:
                return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
        except OSError:
            return None

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


def pin(place: int):
    """Returns a function that pins the calling process to one core.

    The server gets the first core and the load generator the last, so that neither slows the other down.
    """
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = sorted(os.sched_getaffinity(0))[place]
    return lambda: os.sched_setaffinity(0, {core})
