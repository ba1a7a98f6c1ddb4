"""A person who draws a large bot: signed in, over the admin API."""

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from typing import Any

from bench.processes import BenchFailed

PASSWORD = "seven quiet drafting tables"


def large_bot(count: int) -> dict[str, Any]:
    """A tree in which every node has two messages, a question with three choices, and ways back."""
    nodes: dict[str, Any] = {}
    for index in range(count):
        children = [child for child in range(3 * index + 1, 3 * index + 4) if child < count]
        exit_: dict[str, Any] = {"do": "end"}
        if children:
            choices = [{"label": f"Choice {child}", "go_to": f"n{child}"} for child in children]
            capture = {"kind": "one_of", "name": "choice", "choices": choices}
            exit_ = {"do": "wait_for_reply", "capture": capture, "go_to": f"n{index // 3}", "failed": "n0"}
        texts = [f"Message {index}: {'words ' * (index % 9)}", f"And another one, {{{{ choice }}}} {index}"]
        actions = [{"do": "send_message", "text": text} for text in texts]
        nodes[f"n{index}"] = {"label": f"Node {index}", "actions": actions, "exit": exit_}
    return {"branchline": 1, "bot": "large", "name": "Large", "start": "n0", "nodes": nodes}


def call(address: str, cookie: str, method: str, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Any:
    """Ask the admin API; the response, which is open."""
    every = {"Content-Type": "application/json", "Origin": address, "Cookie": cookie, **(headers or {})}
    request = urllib.request.Request(f"{address}/api/admin/v1{path}", json.dumps(body).encode(), every, method=method)
    return urllib.request.urlopen(request, timeout=30)


def sign_in(address: str, environment: Mapping[str, str]) -> str:
    """Set up a server that nobody has set up; the cookie of its first person."""
    command = [sys.executable, "-m", "branchline", "set-up-code"]
    said = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=True).stdout
    code = re.search(r"[0-9A-Z]{5}(-[0-9A-Z]{5}){3}", said)
    if code is None:
        raise BenchFailed(f"The server gave no code for the set-up: {said}")
    person = {"code": code[0], "name": "Bench", "email": "bench@example.com", "password": PASSWORD}
    answer = call(address, "", "POST", "/set-up", person)
    return str(answer.headers["Set-Cookie"].split(";")[0])
