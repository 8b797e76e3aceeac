"""What the tests of uploads say to the server: plain tus, written from the specification and nothing of ours."""

import base64
import hashlib
import io

import numpy as np
import soundfile

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = TUS | {"Content-Type": "application/offset+octet-stream"}


def b64(text):
    return base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def metadata(**said):
    return ",".join(f"{key} {b64(value)}" for key, value in said.items())


def headers_for(data, **said):
    return TUS | {"Upload-Length": str(len(data)), "Upload-Metadata": metadata(**({"sha256": sha256(data)} | said))}


def create(client, data, **said):
    """Announces an upload; returns its address."""
    reply = client.post("/v1/uploads", headers=headers_for(data, **said))
    assert 201 == reply.status_code, reply.text
    return reply.headers["location"]


def patch(client, place, at, data, **headers):
    return client.patch(place, headers=PIECE | {"Upload-Offset": str(at)} | headers, content=data)


def offset(client, place):
    return int(client.head(place, headers=TUS).headers["upload-offset"])


def sound(seed=1, seconds=1.0, rate_hz=44_100, channels=1, form="FLAC", subtype="PCM_24"):
    """A small recording: noise, so that it has a length in bytes too."""
    noise = np.random.default_rng(seed).uniform(-0.5, 0.5, (round(seconds * rate_hz), channels))
    out = io.BytesIO()
    soundfile.write(out, noise, rate_hz, format=form, subtype=subtype)
    return out.getvalue()
