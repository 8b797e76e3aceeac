"""The OpenAPI document, made true: the union of command kinds, the documents, and what errors look like."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from fanlink.core import commands, documents
from fanlink.server import envelopes
from fanlink.server.policy import ROUTES, Access
from fanlink.server.replies import ErrorReply

REF = "#/components/schemas/{model}"
REPLIES = {
    "401": "Not signed in", "403": "Not allowed", "404": "Nothing here", "413": "Too large", "422": "Cannot be read",
    "429": "Too many requests; see Retry-After", "503": "Too much to do; see Retry-After",
}  # fmt: skip


def complete(app: FastAPI) -> None:
    """Has the application serve the completed document."""

    def made() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _made(app)
        return app.openapi_schema

    app.openapi = made  # type: ignore[method-assign]


def _made(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    _add(schemas, ErrorReply, "ErrorReply")
    _commands(schemas)
    _feed(schemas)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["tags"] = [path.removeprefix("/v1/").strip("/").partition("/")[0]]
            _errors(operation, ROUTES.get((method.upper(), path)))
    post = document["paths"]["/v1/commands"]["post"]
    post["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref("Batch")}}}
    _answer(document, "/v1/commands", "post", "Answers")
    _answer(document, "/v1/changes", "get", "Changes")
    _answer(document, "/v1/scopes", "get", "Scopes")
    for kind in ("artist", "prompt", "challenge", "track"):
        _answer(document, f"/v1/{kind}s", "get", _page(schemas, documents.KINDS[kind].__name__))
        _answer(document, f"/v1/{kind}s/{{{kind}_id}}", "get", documents.KINDS[kind].__name__)
    _answer(document, "/v1/remixes", "get", _page(schemas, "PublishedDocument"))
    return document


def _commands(schemas: dict[str, Any]) -> None:
    """One envelope for each kind, told apart by `kind`."""
    names = {}
    for kind, data in commands.KINDS.items():
        name = f"{data.__name__}Command"
        _add(schemas, data, data.__name__)
        envelope = TypeAdapter(envelopes.Envelope).json_schema(ref_template=REF)
        envelope["properties"] |= {"kind": {"const": kind, "type": "string"}, "data": _ref(data.__name__)}
        envelope["title"], envelope["description"] = name, (data.__doc__ or "").strip()
        schemas[name], names[kind] = envelope, f"#/components/schemas/{name}"
    schemas["Command"] = {
        "oneOf": [{"$ref": name} for name in names.values()],
        "discriminator": {"propertyName": "kind", "mapping": names},
    }
    schemas["Batch"] = {
        "type": "object", "required": ["commands"], "additionalProperties": False,
        "properties": {"commands": {"type": "array", "maxItems": envelopes.MOST_COMMANDS, "items": _ref("Command")}},
    }  # fmt: skip
    finding = {"type": "object", "required": ["code", "facts"],
               "properties": {"code": {"type": "string"}, "facts": {"type": "object"}}}  # fmt: skip
    outcome = {"type": "string", "enum": ["accepted", "refused", "conflict", "blocked"]}
    answer = {"id": {"type": "string"}, "outcome": outcome, "findings": {"type": "array", "items": finding},
              "now": {"type": "object"}}  # fmt: skip
    schemas["Answers"] = _object({"answers": {"type": "array", "items": _object(answer, ("id", "outcome"))}})


def _feed(schemas: dict[str, Any]) -> None:
    for kind in documents.KINDS.values():
        _add(schemas, kind, kind.__name__)
    text, whole = {"type": "string"}, {"type": "integer"}
    change = {
        "seq": whole, "kind": {"type": "string", "enum": sorted(documents.KINDS)}, "id": text, "version": whole,
        "deleted": {"type": "boolean"},
        "data": {"anyOf": [*(_ref(kind.__name__) for kind in documents.KINDS.values()), {"type": "null"}]},
    }  # fmt: skip
    schemas["Changes"] = _object({
        "changes": {"type": "array", "items": _object(change)}, "next": whole, "more": {"type": "boolean"},
        "digest": {"type": ["string", "null"]},
    })  # fmt: skip
    schemas["Scopes"] = _object({"scopes": {"type": "array", "items": _object({"scope": text, "head": whole})}})


def _object(properties: dict[str, Any], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required or properties)}


def _page(schemas: dict[str, Any], name: str) -> str:
    schemas[f"{name}Page"] = _object(
        {"items": {"type": "array", "items": _ref(name)}, "next": {"type": ["string", "null"]}}
    )
    return f"{name}Page"


def _ref(name: str) -> dict[str, str]:
    return {"$ref": REF.format(model=name)}


def _add(schemas: dict[str, Any], kind: Any, name: str) -> None:
    made = TypeAdapter(kind).json_schema(ref_template=REF)
    for inner, schema in made.pop("$defs", {}).items():
        schemas.setdefault(inner, schema)
    schemas[name] = made


def _answer(document: dict[str, Any], path: str, method: str, name: str) -> None:
    reply = document["paths"][path][method]["responses"]["200"]
    reply["content"] = {"application/json": {"schema": _ref(name)}}


def _errors(operation: dict[str, Any], access: Access | None) -> None:
    for status, said in REPLIES.items():
        content = {"application/json": {"schema": _ref("ErrorReply")}}
        operation["responses"][status] = {"description": said, "content": content}
    if access is not Access.PUBLIC:
        operation["security"] = [{"token": []}]
