"""A token server with FastAPI.

``POST /login`` signs in, ``GET /token`` returns a token for the signed-in user, and ``GET /keeper.js`` is the
module with which a page keeps its token fresh. The sign-in is a
demonstration: it believes any name. Put your own in its place.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from grantmint import Issuer, SyncGrant

HEX = "0123456789abcdef" * 2
DEMO = {
    "TWILIO_ACCOUNT_SID": f"AC{HEX}",
    "TWILIO_API_KEY": f"SK{HEX}",
    "TWILIO_API_SECRET": "fake-secret-for-demonstration-only-0000",
    "TWILIO_SYNC_SERVICE_SID": f"IS{HEX}",
    "SESSION_SECRET": "fake-session-secret-for-demonstration-only",
}

# All variables or none: a real SID with a fake secret would mint tokens that only Twilio rejects.
missing = [name for name in DEMO if not os.environ.get(name)]
demo = len(missing) == len(DEMO)
if missing and not demo:
    raise RuntimeError(f"Not set: {', '.join(missing)}. Set all of them, or none for a demonstration.")
SESSION_SECRET = DEMO["SESSION_SECRET"] if demo else os.environ["SESSION_SECRET"]
if len(SESSION_SECRET) < 32:
    raise RuntimeError("SESSION_SECRET must have at least 32 characters.")
SESSION_SECONDS = int(os.environ.get("SESSION_SECONDS") or 8 * 3600)

# The sign-in below believes any name. With real credentials, it works only if it is asked for.
demo_sign_in = demo or os.environ.get("DEMO_SIGN_IN") == "1"
NO_SIGN_IN = "There is no sign-in here: add your own, or set DEMO_SIGN_IN=1 to try this one."

# Other hosts are rejected. Otherwise a page of another site could give its own name the address of this
# server (DNS rebinding), and read the token.
HOSTS = ["localhost", "127.0.0.1", *filter(None, os.environ.get("ALLOWED_HOSTS", "").split(","))]

if demo:
    print("Fake credentials, as none are set: Twilio will not accept these tokens.", file=sys.stderr)
    issuer = Issuer(
        DEMO["TWILIO_ACCOUNT_SID"],
        DEMO["TWILIO_API_KEY"],
        DEMO["TWILIO_API_SECRET"],
        grants=[SyncGrant(service_sid=DEMO["TWILIO_SYNC_SERVICE_SID"])],
    )
else:
    issuer = Issuer.from_env(grants=[SyncGrant(service_sid=os.environ["TWILIO_SYNC_SERVICE_SID"])])

app = FastAPI(title="Token server")
app.add_middleware(
    SessionMiddleware,
    secret_key=SESSION_SECRET,
    max_age=SESSION_SECONDS,
    same_site="lax",
    # The demonstration runs without TLS.
    https_only=not demo,
)


class BodyLimit:
    """Rejects a body of more than 4,096 bytes, which FastAPI would read whole."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0

        async def limited() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > 4096:
                raise HTTPException(413)
            return message

        await self.app(scope, limited, send)


app.add_middleware(BodyLimit)
app.add_middleware(TrustedHostMiddleware, allowed_hosts=HOSTS, www_redirect=False)

# In a project of your own, the file of the npm package grantmint, beside your other static files.
KEEPER = Path(__file__).parents[3] / "node/keeper/keeper.js"


class Login(BaseModel):
    # Twilio reserves most punctuation in an identity.
    name: Annotated[str, Field(pattern=r"^[\w.-]{1,64}$")]


class Token(BaseModel):
    identity: str
    token: str
    expiresAt: int
    renewAt: int


# FastAPI reads a body as JSON only with the Content-Type of JSON. A form of another site cannot send it, and
# for a script of another site the browser first asks this server (CORS), which does not agree.
@app.post("/login", status_code=204)
async def login(body: Login, request: Request) -> None:
    if not demo_sign_in:
        raise HTTPException(404, NO_SIGN_IN)
    request.session.clear()
    request.session["name"] = body.name


# `async`, because minting takes microseconds. Passing it to a thread would take longer.
@app.get("/token", response_model=Token)
async def token(request: Request) -> Token | JSONResponse:
    if "name" not in request.session:
        return JSONResponse({"error": "Sign in first."}, 401)
    issued = issuer.issue(request.session["name"])
    return Token(
        identity=issued.identity,
        token=issued.token,
        expiresAt=issued.expires_at,
        renewAt=issued.renew_at,
    )


@app.get("/keeper.js")
async def keeper() -> FileResponse:
    return FileResponse(KEEPER, media_type="text/javascript")


@app.exception_handler(RequestValidationError)
async def no_name(request: Request, error: RequestValidationError) -> JSONResponse:
    # FastAPI's own answer would repeat the request.
    hint = 'Send {"name": "..."} as JSON: 1 to 64 letters, digits, "_", "." or "-".'
    return JSONResponse({"error": hint}, 400)


@app.exception_handler(HTTPException)
async def refuse(request: Request, error: HTTPException) -> JSONResponse:
    return JSONResponse({"error": error.detail}, error.status_code)


@app.middleware("http")
async def no_store(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    # A cache would give the token to the next user.
    response = await call_next(request)
    response.headers["Cache-Control"] = "no-store"
    return response
