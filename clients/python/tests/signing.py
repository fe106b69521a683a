"""Signs as the reference of Postel says it, with nothing of the package."""

import base64
import hashlib
import hmac

NOW_SEC = 1_702_987_200
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(32, 64))).decode()


def standard(body, secret=SECRET, timestamp=NOW_SEC, message_id="evt_1"):
    key = base64.b64decode(secret[len("whsec_") :])
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": "v1," + base64.b64encode(digest).decode(),
    }


def timestamp_hex(body, secret=SECRET, timestamp=NOW_SEC):
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"x-webhook-timestamp": str(timestamp), "x-webhook-signature": f"v1={digest}", "x-webhook-id": "evt_1"}


def body_hex(body, secret=SECRET):
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"x-webhook-signature": digest, "x-webhook-id": "evt_1"}
