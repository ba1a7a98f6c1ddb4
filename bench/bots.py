"""The bots of the measurements, as bot files (JSON, which the product reads like YAML)."""

import json
from pathlib import Path
from typing import Any

from bench import job

Bot = dict[str, Any]
LOOP = "loop-bench"


def _say(text: str) -> Bot:
    return {"do": "send_message", "text": text}


def _ends(text: str) -> Bot:
    return {"actions": [_say(text)], "exit": {"do": "end"}}


def _asks(text: str, name: str, go_to: str) -> Bot:
    exit_ = {"do": "wait_for_reply", "capture": {"kind": "text", "name": name}, "go_to": go_to}
    return {"actions": [_say(text)], "exit": exit_}


def order_bot(endpoint_port: int, name: str = job.BOT, deadline: str = "5 s") -> Bot:
    """The seed's job, with the texts of `bench.job`."""
    cases = [
        {"when": {"operand": "data.status", "operator": "is", "argument": status}, "go_to": status.lower()}
        for status in ("SHIPPED", "DELIVERED")
    ]
    fulfill = {"do": "fulfill", "endpoint": "orders", "gives": ["fullname", "status"], "failed": "could_not_ask"}
    return {
        "branchline": 1,
        "bot": name,
        "start": "name",
        "endpoints": {"orders": {"url": f"http://127.0.0.1:{endpoint_port}/", "deadline": deadline}},
        "nodes": {
            "name": _asks(job.ASK_NAME, "name", "order"),
            "order": _asks(job.ASK_ORDER.replace(job.NAME, "{{ name }}"), "order", "ask"),
            "ask": {"actions": [fulfill], "exit": {"do": "route", "cases": cases, "otherwise": "could_not_ask"}},
            "shipped": _ends(job.SHIPPED.replace(job.FULLNAME, "{{ fullname }}")),
            "delivered": _ends(job.DELIVERED.replace(job.FULLNAME, "{{ fullname }}")),
            "could_not_ask": _ends(job.COULD_NOT_ASK),
        },
    }


def loop_bot(nodes: int, name: str = LOOP) -> Bot:
    """A bot of so many nodes, each of which says the same and waits; the last one leads to the first."""
    return {
        "branchline": 1,
        "bot": name,
        "start": "n0",
        "nodes": {f"n{number}": _asks(job.ECHO, "said", f"n{(number + 1) % nodes}") for number in range(nodes)},
    }


def write(bot: Bot, folder: Path) -> Path:
    """Write the bot file; its path."""
    path = folder / f"{bot['bot']}.json"
    path.write_text(json.dumps(bot, indent=1))
    return path
