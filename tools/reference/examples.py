"""An example for every action, exit and capture, as it stands in a bot file. The tests read each of them."""

ACTIONS = {
    "send_message": """
- do: send_message
  text: "Thanks, {{ name | default: 'and welcome' | title }}. One moment."
  typing: 800 ms
""",
    "send_file": """
- do: send_file
  path: files/returns.pdf
  text: This form goes into the parcel.
""",
    "suggest_replies": """
- do: suggest_replies
  replies: [Where is my order?, I want to return something]
""",
    "fulfill": """
- do: fulfill
  endpoint: orders
  waiting: One moment, I am looking up {{ order_number }} …
  gives: [order_found, fullname, status]
  failed: could_not_ask
""",
    "custom_request": """
- do: custom_request
  endpoint: shop
  method: GET
  path: /orders/{{ order_number }}
  query: {fields: "status,customer"}
  mapping:
    status: status
    fullname: customer.name
    items: length(lines)
  failed: could_not_ask
""",
    "set_data": """
- do: set_data
  name: first_question
  value: "{{ reply }}"
""",
    "clear_data": """
- do: clear_data
  names: [order_number, status]
""",
    "tag": """
- do: tag
  tags: [could-not-ask]
""",
}

EXITS = {
    "go_to": """
do: go_to
node: ask_order
""",
    "wait_for_reply": """
do: wait_for_reply
capture:
  kind: pattern
  name: order_number
  pattern: BR-\\d{5}
  normalise: upper
retry: That is not an order number. It looks like BR-10427.
tries: 3
failed: no_number
no_reply:
  after: 10 min
  go_to: still_there
go_to: look_up
""",
    "route": """
do: route
cases:
  - when: {operand: data.status, operator: is, argument: SHIPPED}
    go_to: shipped
  - when:
      all:
        - {operand: fulfillment.status, operator: is, argument: failed}
        - {operand: fulfillment.reason, operator: is_one_of, argument: [timeout, http_5xx]}
    go_to: try_later
otherwise: other_status
""",
    "end": """
do: end
""",
}

CAPTURES = {
    "text": """
kind: text
name: name
max: 100
""",
    "email": """
kind: email
name: email
""",
    "phone": """
kind: phone
name: phone
region: GB
""",
    "number": """
kind: number
name: people
min: 1
max: 12
whole: true
""",
    "date": """
kind: date
name: arrival
min: today
""",
    "yes_no": """
kind: yes_no
name: another_order
""",
    "one_of": """
kind: one_of
name: topic
choices:
  - {label: My order, value: order, go_to: ask_order}
  - {label: Something else, value: other, also: [other, else]}
""",
    "several_of": """
kind: several_of
name: extras
min: 0
choices:
  - {label: Gift wrap}
  - {label: Express}
""",
    "rating": """
kind: rating
name: stars
max: 5
""",
    "file": """
kind: file
name: photo
types: [image/*]
""",
    "pattern": """
kind: pattern
name: order_number
pattern: BR-\\d{5}
normalise: upper
""",
}
