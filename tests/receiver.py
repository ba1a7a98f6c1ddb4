"""A company's system in a process of its own: `python receiver.py FOLDER PORT`.

It keeps every POST in `FOLDER/posted.jsonl` before it answers, and answers what `FOLDER/answer.json` says at that
moment: `{"status", "headers", "wait_s"}`. It prints its address.
"""

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(sys.argv[1])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        line = json.dumps({"headers": {name.lower(): value for name, value in self.headers.items()}, "body": body})
        with (FOLDER / "posted.jsonl").open("a") as posted:
            posted.write(line + "\n")
        answer = json.loads((FOLDER / "answer.json").read_text())
        time.sleep(answer.get("wait_s", 0))
        self.send_response(answer["status"])
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
server.daemon_threads = True
print(f"receiver: listening on http://127.0.0.1:{server.server_address[1]}", flush=True)
server.serve_forever()
