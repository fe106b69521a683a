import os

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from postel_webhooks import Verifier, WebhookError

verifier = Verifier(os.environ["WEBHOOK_SECRET"])  # whsec_…
app = FastAPI()
max_body_bytes = 1024 * 1024


@app.post("/webhooks")
async def receive(request: Request):
    # no model as a parameter: the signature is over the bytes
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_body_bytes:
            return JSONResponse({"code": "BODY_TOO_LARGE"}, 413)
    try:
        webhook = verifier.verify_request(request.headers, body)
        event = webhook.json()
    except WebhookError as error:
        return JSONResponse({"code": error.code}, error.status)
    print(f"{event['type']} {webhook.id}", flush=True)  # put it in a queue here, and work later
    return {"received": True}
