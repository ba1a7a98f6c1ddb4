"""Writes the admin API's description: `web/protocol/openapi.json`, and with Node `web/protocol/api.d.ts`.

.venv/bin/python -m tools.protocol
"""
