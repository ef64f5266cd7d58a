"""A token server with Flask.

``POST /login`` signs in, ``GET /token`` returns a token for the signed-in user, and ``GET /keeper.js`` is the
module with which a page keeps its token fresh. The sign-in is a
demonstration: it believes any name. Put your own in its place.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from flask import Flask, Response, request, send_file, session
from werkzeug.exceptions import HTTPException

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

app = Flask(__name__)
app.config.update(
    PERMANENT_SESSION_LIFETIME=SESSION_SECONDS,
    SECRET_KEY=SESSION_SECRET,
    # Otherwise each response would extend the session.
    SESSION_REFRESH_EACH_REQUEST=False,
    SESSION_COOKIE_SAMESITE="Lax",
    # The demonstration runs without TLS.
    SESSION_COOKIE_SECURE=not demo,
    MAX_CONTENT_LENGTH=4096,
    TRUSTED_HOSTS=HOSTS,
)

# In a project of your own, the file of the npm package grantmint, beside your other static files.
KEEPER = Path(__file__).parents[3] / "node/keeper/keeper.js"

# Twilio reserves most punctuation in an identity.
NAME = re.compile(r"[\w.-]{1,64}")
NO_NAME = 'Send {"name": "..."} as JSON: 1 to 64 letters, digits, "_", "." or "-".'


@app.post("/login")
def login() -> tuple[str | dict[str, str], int]:
    # Accepts only JSON. A form of another site cannot send JSON, and for a script of another site the browser
    # first asks this server (CORS), which does not agree.
    if not demo_sign_in:
        return {"error": NO_SIGN_IN}, 404
    try:
        body = request.get_json(silent=True)
    except HTTPException:
        raise
    except Exception:
        # A body that stops halfway, or JSON that is nested too deeply. The server's own errors have no common
        # class.
        body = None
    name = body.get("name") if isinstance(body, dict) else None
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return {"error": NO_NAME}, 400
    session.clear()
    session["name"] = name
    # Its expiry is under the signature, so a stolen cookie does not live on.
    session.permanent = True
    return "", 204


@app.get("/token")
def token() -> dict[str, str | int] | tuple[dict[str, str], int]:
    if "name" not in session:
        return {"error": "Sign in first."}, 401
    issued = issuer.issue(session["name"])
    return {
        "identity": issued.identity,
        "token": issued.token,
        "expiresAt": issued.expires_at,
        "renewAt": issued.renew_at,
    }


@app.get("/keeper.js")
def keeper() -> Response:
    return send_file(KEEPER, mimetype="text/javascript")


@app.errorhandler(HTTPException)
def refuse(error: HTTPException) -> tuple[dict[str, str], int]:
    return {"error": error.name}, error.code or 500


@app.after_request
def no_store(response: Response) -> Response:
    # A cache would give the token to the next user.
    response.headers["Cache-Control"] = "no-store"
    return response
