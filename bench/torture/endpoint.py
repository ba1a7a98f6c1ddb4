"""The company's systems, in a process of their own that is never killed: `python -m bench.torture.endpoint`.

`/once` and `/again` answer a bot, `/crm` takes exports. Every request is noted before it is answered; an effect happens
once for an id, as an endpoint that de-duplicates does it. The answer comes in two parts with a pause, so that a server
can be killed in its middle. `GET /noted` gives everything as JSON: `[[path, id, SHA-256 of the body, what], ...]`.
"""

import hashlib
import json
import random
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

noted: list[tuple[str, str, str, str]] = []
chance = random.Random(7)


class Systems(BaseHTTPRequestHandler):
    """One request of a server."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 30

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        call = (self.headers.get("idempotency-key") or "").strip('"')
        noted.append((self.path, call, hashlib.sha256(body).hexdigest(), _what(body)))
        time.sleep(chance.choice((0.0, 0.0, 0.005, 0.03)))
        data = hashlib.sha256(call.encode()).hexdigest()[:8]
        answer = json.dumps([{"name": "found", "data": data}]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.flush()
        time.sleep(0.004)
        self.wfile.write(answer)

    def do_GET(self) -> None:
        answer = json.dumps(noted).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            return  # the server was killed in the middle


def _what(body: bytes) -> str:
    """Give the uuid of the interaction that a body is about."""
    sent = json.loads(body)
    return str(sent["data"]["attributes"]["uuid"]) if "data" in sent else ""


if __name__ == "__main__":
    ThreadingHTTPServer.daemon_threads = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), Systems)
    server.socket.listen(1024)
    print(f"listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()
