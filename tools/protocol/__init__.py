"""Writes what the front end is made with: the admin API's description `web/protocol/openapi.json`, the schema of the builder's
forms `web/protocol/forms.json`, and with Node the types `web/protocol/api.d.ts`.

.venv/bin/python -m tools.protocol
"""
