"""Doors of the facts: asked for, followed through their versions, decided on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response, request
from marshmallow import RAISE

from finproc.errors import Refusal
from finproc.identity.callers import NotFound, desk, readable_cursor, require
from finproc.model.fact import Decision, Fact, FactFilter
from finproc.model.page import Page
from finproc.records.protocols import FactRecords
from finproc.schemas import exact_json
from finproc.schemas.blueprint import ExactBlueprint
from finproc.schemas.fact import DecisionRequest, FactPageSchema, FactQuery, FactSchema, FactVersionsSchema
from finproc.schemas.outputs import fact_json
from finproc.store import sheets, tables
from finproc.store.versions import relations

PAGE = 100
_EXPORT_PAGE = 1000
_KINDS = {"application/json": "json", "text/csv": "csv", sheets.MEDIA_TYPE: "xlsx"}
_FILES = {"text/csv": {"schema": {"type": "string"}}, sheets.MEDIA_TYPE: {}}

blueprint = ExactBlueprint("facts", __name__, description="Facts, their versions, and decisions on them")


class NotAcceptable(Refusal):
    """Facts are not given in this form."""

    status = 406
    code = "not_acceptable"
    title = "Not acceptable"


@blueprint.route("/facts")
@blueprint.doc(responses={200: {"content": _FILES}})
@blueprint.arguments(FactQuery, location="query", unknown=RAISE)
@blueprint.response(200, FactPageSchema)
def facts(query: dict[str, Any]) -> Response:
    """Facts that are known now (or `as_of` then), newest first: a page of JSON, CSV, or a spreadsheet (XLSX).

    CSV and XLSX without a limit give all of them.
    """
    kind = query.pop("format", None) or _kind()
    cursor, limit = query.pop("cursor", None), query.pop("limit", None)
    records, owner, where = desk().workspace().records.facts, require("read").owner, FactFilter(**query)
    with readable_cursor():
        page = records.page(owner, where, cursor=cursor, limit=limit or (PAGE if kind == "json" else _EXPORT_PAGE))
    if kind != "json":
        return _file(kind, page.items if limit else _all(records, owner, where, page))
    body = {"items": [fact_json(fact) for fact in page.items], "next_cursor": page.next_cursor}
    return _json(body)


def _kind() -> str:
    accepted = request.accept_mimetypes.best_match(list(_KINDS))
    if accepted is None and request.accept_mimetypes:
        raise NotAcceptable(f"Facts are given as {', '.join(_KINDS)}.", field="Accept")
    return _KINDS[accepted or "application/json"]


def _file(kind: str, found: Iterable[Fact]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="facts.{kind}"', "Vary": "Accept"}
    if kind == "csv":
        return Response(tables.rows(found), content_type="text/csv; charset=utf-8", headers=headers)
    file = sheets.workbook(found)
    answer = Response(sheets.pieces(file), content_type=sheets.MEDIA_TYPE, headers=headers)
    answer.call_on_close(file.close)  # HEAD reads none of it
    return answer


def _all(records: FactRecords, owner: str, where: FactFilter, page: Page[Fact]) -> Iterator[Fact]:
    yield from page.items
    while page.next_cursor is not None:
        page = records.page(owner, where, cursor=page.next_cursor, limit=_EXPORT_PAGE)
        yield from page.items


@blueprint.route("/facts/<id:fact_id>")
@blueprint.response(200, FactSchema)
def fact(fact_id: str) -> Response:
    """One fact, closed ones included."""
    return _json(fact_json(_own(fact_id, "read")))


@blueprint.route("/facts/<id:fact_id>/versions")
@blueprint.response(200, FactVersionsSchema)
def versions(fact_id: str) -> Response:
    """All versions of the fact's series and all revisions of the fact, oldest first."""
    found = _own(fact_id, "read")
    listed = desk().workspace().records.facts.versions(found.owner, found.id)
    told = zip(listed, relations(listed), strict=True)
    return _json({"items": [{**fact_json(version), "relation": relation} for version, relation in told]})


@blueprint.route("/facts/<id:fact_id>/decision", methods=["POST"])
@blueprint.arguments(DecisionRequest)
@blueprint.response(200, FactSchema)
def decide(asked: dict[str, Any], fact_id: str) -> Response:
    """Confirm, correct or reject a fact; the decision survives replays."""
    caller = require("decide")
    found = _own(fact_id, "decide")
    decision = Decision(found.fact_id, decided_at=desk().now(), decided_by=caller.name, **asked)
    decided = desk().workspace().records.facts.decide(found.owner, found.fact_id, decision)
    if decided is None:
        raise NotFound("There is no such fact.")
    return _json(fact_json(decided))


def _own(fact_id: str, scope: str) -> Fact:
    """The caller's fact; anybody else's does not exist."""
    found = desk().workspace().records.facts.get(fact_id, require(scope).owner)
    if found is None:
        raise NotFound("There is no such fact.")
    return found


def _json(body: object) -> Response:
    return Response(exact_json.dumps(body), content_type="application/json", headers={"Vary": "Accept"})
