import os

from flask import Flask, request
from postel_webhooks import Verifier, WebhookError

verifier = Verifier(os.environ["WEBHOOK_SECRET"])  # whsec_…
app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024  # more is a 413


@app.post("/webhooks")
def receive():
    try:
        # get_data(), not request.json: the signature is over the bytes
        webhook = verifier.verify_request(request.headers, request.get_data())
        event = webhook.json()
    except WebhookError as error:
        return {"code": error.code}, error.status
    print(f"{event['type']} {webhook.id}", flush=True)  # put it in a queue here, and work later
    return {"received": True}
