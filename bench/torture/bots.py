"""The bot that is talked to: it asks one endpoint that may be asked once, and one that may be asked again."""

NAME = "torture"
DEADLINE_S = 2

_BOT = """
branchline: 1
bot: {name}
start: hello

endpoints:
  once:
    url: {endpoint}/once
    deadline: {deadline} s
  again:
    url: {endpoint}/again
    deadline: {deadline} s
    safe_to_repeat: true

nodes:
  hello:
    actions: [{{do: send_message, text: "What is your number?"}}]
    exit:
      do: wait_for_reply
      capture: {{kind: text, name: number}}
      go_to: once
  once:
    actions:
      - {{do: fulfill, endpoint: once, waiting: "One moment.", gives: [found], failed: not_found}}
      - {{do: send_message, text: "The answer for {{{{ number }}}} is {{{{ found }}}}."}}
    exit: {{do: go_to, node: more}}
  not_found:
    exit:
      do: route
      cases:
        - when: {{operand: fulfillment.reason, operator: is, argument: outcome_unknown}}
          go_to: unknown
      otherwise: failed
  unknown:
    actions: [{{do: send_message, text: "Whether you were served is unknown."}}]
    exit: {{do: go_to, node: more}}
  failed:
    actions: [{{do: send_message, text: "It could not be asked."}}]
    exit: {{do: go_to, node: more}}
  more:
    actions: [{{do: send_message, text: "And your second number?"}}]
    exit:
      do: wait_for_reply
      capture: {{kind: text, name: second}}
      go_to: again
  again:
    actions:
      - {{do: fulfill, endpoint: again, gives: [found], failed: goodbye}}
      - {{do: send_message, text: "The second answer is {{{{ found }}}}."}}
    exit: {{do: go_to, node: goodbye}}
  goodbye:
    actions: [{{do: send_message, text: "Goodbye!"}}]
    exit: {{do: end}}
"""


def bot(endpoint: str) -> str:
    """Write the bot file for an endpoint at this address."""
    return _BOT.format(name=NAME, endpoint=endpoint, deadline=DEADLINE_S)
