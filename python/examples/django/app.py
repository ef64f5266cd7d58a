"""A token server with Django.

``POST /login`` signs in, ``GET /token`` returns a token for the signed-in user. The sign-in is a
demonstration: it believes any name. Put your own in its place, such as ``django.contrib.auth``. A project has
its settings in a separate file; here everything is on one page.
"""

from __future__ import annotations

import json
import os
import re
import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

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

settings.configure(
    ALLOWED_HOSTS=HOSTS,
    CSRF_FAILURE_VIEW=f"{__name__}.csrf_failure",
    DATA_UPLOAD_MAX_MEMORY_SIZE=4096,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        # Checks the host of every request.
        "django.middleware.common.CommonMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
    ],
    ROOT_URLCONF=__name__,
    SECRET_KEY=SESSION_SECRET,
    SESSION_COOKIE_AGE=SESSION_SECONDS,
    SESSION_COOKIE_SAMESITE="Lax",
    # The demonstration runs without TLS.
    SESSION_COOKIE_SECURE=not demo,
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
)

# Twilio reserves most punctuation in an identity.
NAME = re.compile(r"[\w.-]{1,64}")
NO_NAME = 'Send {"name": "..."} as JSON: 1 to 64 letters, digits, "_", "." or "-".'


# Exempt from the CSRF check, because the view accepts only JSON. A form of another site cannot send JSON, and
# for a script of another site the browser first asks this server (CORS), which does not agree. Views that
# accept forms need the check.
@csrf_exempt
@require_POST
@cache_control(no_store=True)
def login(request: HttpRequest) -> HttpResponse:
    if not demo_sign_in:
        return JsonResponse({"error": NO_SIGN_IN}, status=404)
    try:
        body = json.loads(request.body) if request.content_type == "application/json" else None
    except RequestDataTooBig:
        raise
    except Exception:
        # No JSON, JSON that is nested too deeply, or a body that stops halfway. The server's errors have no
        # common class.
        body = None
    name = body.get("name") if isinstance(body, dict) else None
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return JsonResponse({"error": NO_NAME}, status=400)
    request.session.flush()
    request.session["name"] = name
    return HttpResponse(status=204)


# A cache would give the token to the next user.
@require_GET
@cache_control(no_store=True)
def token(request: HttpRequest) -> HttpResponse:
    if "name" not in request.session:
        return JsonResponse({"error": "Sign in first."}, status=401)
    issued = issuer.issue(request.session["name"])
    return JsonResponse(
        {
            "identity": issued.identity,
            "token": issued.token,
            "expiresAt": issued.expires_at,
            "renewAt": issued.renew_at,
        }
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return JsonResponse(
        {"error": "Bad request."}, status=413 if isinstance(exception, RequestDataTooBig) else 400
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return JsonResponse({"error": "Forbidden."}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return JsonResponse({"error": "There is nothing here."}, status=404)


handler400, handler404 = bad_request, not_found
urlpatterns = [path("login", login), path("token", token)]
application = get_wsgi_application()
