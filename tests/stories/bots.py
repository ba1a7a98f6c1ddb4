"""Bots that several stories tell."""

import json


def asking(address: str, **endpoint: object) -> str:
    """A bot `asker` that asks the endpoint at this address with every message."""
    more = "".join(f"\n    {key}: {json.dumps(value)}" for key, value in endpoint.items())
    return f"""
branchline: 1
bot: asker
start: ask
endpoints:
  system:
    url: {address}/fulfillment{more}
nodes:
  ask:
    actions: [{{do: send_message, text: "Which order?"}}]
    exit: {{do: wait_for_reply, capture: {{kind: text, name: order}}, go_to: look}}
  look:
    actions:
      - {{do: fulfill, endpoint: system, waiting: "One moment.", gives: [status], failed: failed}}
      - {{do: send_message, text: "It is {{{{ status | default: 'nothing' }}}}."}}
    exit: {{do: wait_for_reply, capture: {{kind: text, name: order}}, go_to: look}}
  failed:
    actions: [{{do: send_message, text: "I could not ask."}}]
    exit: {{do: wait_for_reply, capture: {{kind: text, name: order}}, go_to: look}}
"""
