"""WSGI servers with greenlets, processes, threads and sub-interpreters mint over HTTP. PyJWT verifies."""

from __future__ import annotations

import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import cpythons
import debian
from checks import (
    FOLDER,
    LAST_LINES,
    Check,
    Failed,
    Skipped,
    clean_environment,
    found,
    output,
    require_x64_linux,
)

HERE = Path(__file__).parent
REQUESTS = 200
PACKAGES = ["eventlet~=0.41", "gevent>=25", "gunicorn[gevent]>=23", "packaging", "PyJWT~=2.10"]
SECONDS_TO_START = 120
# Another interpreter of the process has loaded the module.
REFUSED = "ImportError: grantmint was loaded by another interpreter of this process"

GEVENT = """
import sys
from gevent import monkey
if sys.argv[1] == "patched":
    monkey.patch_all()
from gevent.pywsgi import WSGIServer
from token_app import application
WSGIServer(("127.0.0.1", int(sys.argv[2])), application, log=None).serve_forever()
"""
EVENTLET = """
import sys
import eventlet
eventlet.monkey_patch()
from eventlet import wsgi
from token_app import application
wsgi.server(eventlet.listen(("127.0.0.1", int(sys.argv[1]))), application, log_output=False)
"""


@dataclass(frozen=True)
class Summary:
    """The client's findings: how many tokens were right, and which processes and threads minted them."""

    tokens: int
    processes: int
    threads: int
    # The modules of the server's `time.sleep`.
    sleep: list[str]
    # The number of tokens that were being minted at the same time in one process.
    most: int


def checks() -> Iterator[Check]:
    servers: dict[str, Callable[[], str]] = {
        "gevent": gevent,
        "gunicorn with gevent": gunicorn,
        "eventlet": eventlet,
        "uWSGI": uwsgi,
        "mod_wsgi on CPython 3.11": functools.partial(mod_wsgi, "3.11", debian.STABLE),
    }
    for name, run in servers.items():
        yield Check(cpythons.PLATFORM, name, "tokens over HTTP", "natively", run)


def gevent() -> str:
    """Runs gevent's own server, with Python's blocking functions, and with gevent's in their place."""
    plain = serve([python(), "-c", GEVENT, "plain"], sleep="time")
    patched = serve([python(), "-c", GEVENT, "patched"], sleep="gevent.hub")
    expect(patched.most > 1, "no greenlet minted while another did", patched)
    return f"{version('gevent')}: {plain.tokens} tokens, {patched.tokens} with patched functions"


def gunicorn() -> str:
    port = free_port()
    command = [python(), "-m", "gunicorn", "--worker-class", "gevent", "--workers", "2"]
    command += ["--no-control-socket"] if "--no-control-socket" in output(*command[:3], "--help") else []
    with started([*command, "--bind", f"127.0.0.1:{port}", "token_app:application"], port):
        summary = ask(port)
    expect(summary.sleep == ["gevent.hub"] and summary.most > 1, "no greenlets minted", summary)
    return f"{version('gunicorn')}, {version('gevent')}: {summary.tokens} tokens"


def eventlet() -> str:
    summary = serve([python(), "-W", "ignore", "-c", EVENTLET], sleep="eventlet.greenthread")
    expect(summary.most > 1, "no greenlet minted while another did", summary)
    return f"{version('eventlet')}: {summary.tokens} tokens"


def uwsgi() -> str:
    """Runs two processes with threads, forked before and after the import, and two applications in one."""
    built = output(uwsgi_command(), "--version").strip()
    forked, lazy = (
        served_by_uwsgi(
            ["--processes", "2", "--threads", "4", *options, "--wsgi-file", HERE / "token_app.py"]
        )
        for options in ([], ["--lazy-apps"])
    )
    for summary in (forked, lazy):
        expect(summary.processes == 2 and summary.threads > 2, "it did not use all processes", summary)
    mounts = [f"--mount=/{name}={HERE / 'token_app.py'}" for name in ("one", "two")]
    both = served_by_uwsgi(["--single-interpreter", "--manage-script-name", *mounts], "/one", "/two")
    refused_by_uwsgi(mounts)
    tokens = forked.tokens + lazy.tokens + both.tokens
    return f"{built}: {tokens} tokens; a second application needs single-interpreter"


def served_by_uwsgi(options: list[object], *paths: str) -> Summary:
    port = free_port()
    with started([*uwsgi_start(port), "--need-app", *options], port):
        return [ask(port, path) for path in paths or ("/",)][-1]


def refused_by_uwsgi(mounts: list[str]) -> None:
    """Without the option, each application after the first one has an interpreter of its own. uWSGI ends."""
    command = [*uwsgi_start(free_port()), "--manage-script-name", *mounts]
    done = subprocess.run(
        [str(word) for word in command],
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS_TO_START,
    )
    found(f"^({REFUSED}.*)$", done.stdout)
    expect(done.returncode != 0, "uWSGI ended with status 0", done.stdout)


def uwsgi_start(port: int) -> list[object]:
    start = [uwsgi_command(), "--http-socket", f"127.0.0.1:{port}", "--master"]
    return [
        *start,
        "--die-on-term",
        "--disable-logging",
        "--virtualenv",
        python().parents[1],
        "--pythonpath",
        HERE,
    ]


@functools.cache
def uwsgi_command() -> Path:
    """Builds uWSGI, which has no wheel, with the C compiler."""
    if not shutil.which("cc") and not shutil.which("gcc"):
        raise Skipped("there is no C compiler to build uWSGI with")
    command = python().with_name("uwsgi")
    if not command.exists():
        output(*cpythons.installing(python()), "uwsgi~=2.0", environment=cpythons.uv_environment())
    return command


def mod_wsgi(version: str, suite: str) -> str:
    """Runs Debian's Apache with applications in the main interpreter, and in sub-interpreters."""
    require_x64_linux()
    name = f"mod_wsgi-{version}"
    packages = ["apache2-bin", "libapache2-mod-wsgi-py3", f"python{version}"]
    root = debian.extracted(name, packages, suite=suite)
    folder = FOLDER / f"{name}-run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    output(sys.executable, "-m", "zipfile", "-e", cpythons.wheel(), folder / "site")
    port = free_port()
    (folder / "apache.conf").write_text(apache_configuration(root, folder, port), encoding="utf-8")
    libraries = root / "usr" / "lib" / "x86_64-linux-gnu"
    start: list[object] = [loader(root), "--library-path", f"{libraries}:{root / 'lib' / 'x86_64-linux-gnu'}"]
    apache = [*start, root / "usr" / "sbin" / "apache2", "-f", folder / "apache.conf"]
    with started([*not_as_root(), *apache, "-DFOREGROUND"], port) as log:
        main = ask(port, "/main")
        expect(main.processes == 2 and main.threads > 2, "it did not use all processes", main)
        others = [ask(port, path) for path in ("/other", "/alone", "/first")]
        status = status_of(port, "/second")
        expect(
            status == 500, f"the second sub-interpreter: expected status 500, got {status}", log.read_text()
        )
    found(f"({REFUSED}.*use the main one)", log.read_text())
    tokens = sum(summary.tokens for summary in (main, *others))
    about = output(*apache, "-v")
    return f"{found(r'Apache/([0-9.]+)', about)}: {tokens} tokens; a second sub-interpreter is refused"


def apache_configuration(root: Path, folder: Path, port: int) -> str:
    modules = root / "usr" / "lib" / "apache2" / "modules"
    script = HERE / "token_app.py"
    # The application's path, the group of processes, and the interpreter in it.
    applications = [
        ("/main", "processes", "%{GLOBAL}"),
        ("/other", "processes", "%{GLOBAL}"),
        ("/alone", "alone", "only"),
        ("/first", "shared", "first"),
        ("/second", "shared", "second"),
    ]
    scripts = "".join(
        f'WSGIScriptAlias {path} "{script}" process-group={group} application-group={interpreter}\n'
        for path, group, interpreter in applications
    )
    options = f'home="{folder}" python-path="{folder}/site:{HERE}"'
    return f"""ServerRoot "{folder}"
ServerName localhost
Listen 127.0.0.1:{port}
PidFile "{folder}/pid"
DefaultRuntimeDir "{folder}"
ErrorLog /dev/stderr
LoadModule mpm_event_module "{modules}/mod_mpm_event.so"
LoadModule authz_core_module "{modules}/mod_authz_core.so"
LoadModule wsgi_module "{modules}/mod_wsgi.so"
WSGISocketPrefix "{folder}/wsgi"
WSGIPythonHome "{root}/usr"
WSGIDaemonProcess processes {options} processes=2 threads=4
WSGIDaemonProcess alone {options} threads=4
WSGIDaemonProcess shared {options} threads=4
{scripts}"""


def loader(root: Path) -> Path:
    """Returns the program that loads Debian's programs with the C library beside them."""
    name = "ld-linux-x86-64.so.2"
    folders = [root / "lib" / "x86_64-linux-gnu", root / "usr" / "lib" / "x86_64-linux-gnu"]
    return next(folder / name for folder in folders if (folder / name).exists())


def not_as_root() -> list[object]:
    """Returns the start of a command as another user. As root, Apache would change to one without access."""
    if os.geteuid() != 0:
        return []
    start = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]
    tried = subprocess.run([*start, "true"], capture_output=True, text=True)
    if tried.returncode:
        raise Skipped(f"Apache cannot run as root, and there are no user namespaces: {tried.stderr.strip()}")
    return list(start)


def serve(command: list[object], *, sleep: str) -> Summary:
    """Runs a program that takes a port. Its `time.sleep` must be of the given module."""
    port = free_port()
    with started([*command, port], port):
        summary = ask(port)
    expect(summary.sleep == [sleep], f"expected the sleep of {sleep}", summary)
    return summary


@contextmanager
def started(command: list[object], port: int) -> Iterator[Path]:
    """Runs a server until the block ends. Yields the file of its output once the port is open."""
    log = FOLDER / "server.log"
    variables = clean_environment(PYTHONPATH=str(HERE), PYTHONDONTWRITEBYTECODE="1")
    with log.open("w", encoding="utf-8") as file:
        server = subprocess.Popen(
            [str(word) for word in command],
            cwd=FOLDER,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(server, port)
        yield log
    except Failed as reason:
        printed = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        raise Failed("\n".join([str(reason), *printed])) from None
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(SECONDS_TO_START * 10):
        if server.poll() is not None:
            raise Failed(f"the server ended with status {server.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise Failed("the server does not open its port")


def ask(port: int, path: str = "/") -> Summary:
    client = [python(), HERE / "token_client.py", f"http://127.0.0.1:{port}{path}", REQUESTS]
    return Summary(**json.loads(output(*client, environment=clean_environment())))


def status_of(port: int, path: str) -> int:
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}{path}?alice", timeout=60) as response:
            return int(response.status)
    except HTTPError as error:
        return error.code


def expect(holds: bool, problem: str, seen: object) -> None:
    if not holds:
        raise Failed(f"{problem}: {seen}")


@functools.cache
def python() -> Path:
    """Returns the Python of an environment with the servers and the wheel."""
    return cpythons.environment("servers", sys.executable, PACKAGES)


def version(package: str) -> str:
    source = f"import importlib.metadata; print(importlib.metadata.version({package!r}))"
    return output(python(), "-c", source, environment=clean_environment()).strip()


def free_port() -> int:
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return int(any_port.getsockname()[1])
