"""Interactions as files: many as CSV or JSON, one with all that is kept about it."""

import msgspec

from branchline.api.admin.chosen import chosen
from branchline.api.admin.erasure import customers
from branchline.api.admin.filters import FILTERS, query_of
from branchline.api.admin.noted import note
from branchline.api.admin.route import Call, Content, Desk, QueryInvalid, Route, Stream
from branchline.service.sheet import as_csv, as_json
from branchline.store.port import Query


async def export(desk: Desk, call: Call) -> Stream:
    query, kind = query_of(call), call.query.get("format", "csv")
    if kind not in {"csv", "json"}:
        raise QueryInvalid(name="format", value=kind[:40], wanted="csv or json", parameter="format")
    await note(desk, call, "interactions.export", query.bot or "", **_said(call, query))
    query = msgspec.structs.replace(query, after=None, before=None)
    if kind == "csv":
        return Stream(as_csv(desk.store, query), "text/csv; charset=utf-8", "interactions.csv")
    return Stream(as_json(desk.store, query, desk.base()), "application/json", "interactions.json")


async def everything(desk: Desk, call: Call) -> Content:
    loaded = await chosen(desk, call)
    made = await customers(desk).export(loaded.interaction)
    await note(desk, call, "interactions.export", call.args["uuid"], format="everything")
    body = msgspec.json.format(msgspec.json.encode(made), indent=2)
    return Content(body, "application/json", f"interaction-{loaded.interaction.quick_ref}.json")


def _said(call: Call, query: Query) -> dict[str, object]:
    """Give what an export is remembered by. Nothing of a visitor: the audit log is kept when they are erased."""
    details: dict[str, object] = {
        name: value for name, value in call.query.items() if name not in {"after", "before", "data", "text"}
    }
    if query.data:
        details["data"] = [name for name, _ in query.data]
    if query.text:
        details["text"] = True
    return details


ROUTES = (
    Route(
        method="GET",
        path="/interactions/export",
        permission="interactions.export",
        summary="Interactions as a file: CSV for spreadsheets, or JSON:API documents.",
        does=export,
        media_type="text/csv",
        query={**FILTERS, "format": "csv or json."},
    ),
    Route(
        method="GET",
        path="/interactions/{uuid}/everything",
        permission="interactions.export",
        summary="All that is kept about an interaction, as one file.",
        does=everything,
        media_type="application/octet-stream",
    ),
)
