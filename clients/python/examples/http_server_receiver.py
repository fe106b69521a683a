import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from postel_webhooks import Verifier, WebhookError

verifier = Verifier(os.environ["WEBHOOK_SECRET"])  # whsec_…
max_body_bytes = 1024 * 1024


class Receiver(BaseHTTPRequestHandler):
    timeout = 10  # seconds for a sender that falls silent

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if not length.isdecimal():
            return self.answer(411, {"code": "LENGTH_REQUIRED"})
        if int(length) > max_body_bytes:
            return self.answer(413, {"code": "BODY_TOO_LARGE"})
        try:
            webhook = verifier.verify_request(self.headers, self.rfile.read(int(length)))
            event = webhook.json()
        except WebhookError as error:
            return self.answer(error.status, {"code": error.code})
        print(f"{event['type']} {webhook.id}", flush=True)  # put it in a queue here, and work later
        self.answer(200, {"received": True})

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "9000"))), Receiver).serve_forever()
