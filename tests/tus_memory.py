"""A small honest tus server in memory, for tests whose seam is the transport: what docs/api.md says, and faults on order."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections.abc import Callable
from typing import Any

import httpx


class TusMemory:
    """Uploads by account. What is accepted is put into `assets`; `judge` gives findings for what is not."""

    def __init__(self, assets: dict[str, bytes]) -> None:
        self.assets = assets
        self.uploads: dict[str, dict[str, Any]] = {}
        self.judge: Callable[[dict[str, Any], bytes], list[dict[str, Any]]] = lambda upload, data: []
        self._numbers = itertools.count(1)

    def handle(self, request: httpx.Request, account: str = "") -> httpx.Response:
        """One request to `/v1/uploads` or one of them."""
        name = request.url.path.removeprefix("/v1/uploads").strip("/")
        if not name:
            return self._create(request, account) if request.method == "POST" else self._list(request, account)
        upload = self.uploads.get(name)
        if upload is None or upload["account"] != account:
            return httpx.Response(404, json={"error": {"code": "not_found", "facts": {}}})
        if request.method == "GET":
            return httpx.Response(200, json=self._told(upload))
        if request.method == "DELETE":
            del self.uploads[name]
            return httpx.Response(204)
        at = int(request.headers["upload-offset"])
        if at != len(upload["data"]) or upload["state"] != "receiving":
            return httpx.Response(409, json={"error": {"code": "offset_moved", "facts": {"offset": len(upload["data"])}}})
        return self._append(upload, request.read(), httpx.Response(204))

    def _create(self, request: httpx.Request, account: str) -> httpx.Response:
        said = dict(pair.split(" ") for pair in request.headers["upload-metadata"].split(","))
        said = {key: base64.b64decode(value).decode() for key, value in said.items()}
        name = f"{next(self._numbers):032x}"
        self.uploads[name] = upload = {
            "id": name, "account": account, "sha256": said["sha256"], "size_bytes": int(request.headers["upload-length"]),
            "purpose": said.get("purpose", "file"), "pcm": said.get("pcm"), "filename": said.get("filename", ""),
            "data": b"", "state": "receiving", "findings": None,
        }  # fmt: skip
        reply = httpx.Response(201, headers={"location": f"/v1/uploads/{name}"})
        return self._append(upload, request.read(), reply)

    def _append(self, upload: dict[str, Any], data: bytes, reply: httpx.Response) -> httpx.Response:
        upload["data"] += data
        if len(upload["data"]) < upload["size_bytes"]:
            return reply
        whole = upload["data"]
        same = hashlib.sha256(whole).hexdigest() == upload["sha256"]
        findings = self.judge(upload, whole) if same else [{"code": "digest_differs", "facts": {}}]
        if findings:
            upload["state"], upload["findings"] = "refused", findings
            return httpx.Response(422, json={"error": findings[0] | {"sentence": "No."}}, headers=reply.headers)
        upload["state"] = "accepted"
        self.assets[upload["sha256"]] = whole
        return reply

    def _list(self, request: httpx.Request, account: str) -> httpx.Response:
        wanted = request.url.params.get("sha256")
        mine = [one for one in self.uploads.values() if one["account"] == account and wanted in (None, one["sha256"])]
        return httpx.Response(200, json={"items": [self._told(one) for one in reversed(mine)]})

    def _told(self, upload: dict[str, Any]) -> dict[str, Any]:
        told = {key: value for key, value in upload.items() if key not in ("account", "data", "pcm")}
        return told | {"location": f"/v1/uploads/{upload['id']}", "offset": len(upload["data"])}
