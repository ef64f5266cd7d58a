"""A token endpoint on AWS Lambda, behind an HTTP API of API Gateway with a JWT authorizer.

The authorizer has checked who is asking. Without one, every request is a 401.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

from grantmint import Issuer, SyncGrant

# Created once per process. Missing credentials then fail the deployment, not a user's request.
issuer = Issuer.from_env(grants=[SyncGrant(service_sid=os.environ.get("TWILIO_SYNC_SERVICE_SID"))])

NAME = re.compile(r"[\w.-]{1,64}")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    claims = event.get("requestContext", {}).get("authorizer", {}).get("jwt", {}).get("claims", {})
    identity = claims.get("sub")
    if not isinstance(identity, str) or not NAME.fullmatch(identity):
        return answer(401, {"error": "Sign in first."})
    issued = issuer.issue(identity)
    return answer(
        200,
        {
            "identity": issued.identity,
            "token": issued.token,
            "expiresAt": issued.expires_at,
            "renewAt": issued.renew_at,
        },
    )


def answer(status: int, body: dict[str, Any]) -> dict[str, Any]:
    # A cache would give the token to the next user.
    headers = {"Cache-Control": "no-store", "Content-Type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
