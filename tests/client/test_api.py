from __future__ import annotations

import httpx
import pytest

from fanlink.client.api import Api, Busy, Malformed, SignedOut, TooOld
from fanlink.core.errors import Offline, Refused


def api(answer, **options):
    return Api("http://fanlink.test", "t", transport=httpx.MockTransport(answer), **options)


@pytest.mark.parametrize(("status", "error"), [
    (401, SignedOut), (410, TooOld), (400, Malformed), (413, Malformed), (422, Malformed), (429, Busy), (500, Busy), (503, Busy),
    (403, Refused), (404, Refused), (302, Refused),
])
def test_only_a_success_is_an_answer(status, error):
    with pytest.raises(error):
        api(lambda request: httpx.Response(status)).scopes()


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.PoolTimeout])
def test_every_way_to_have_no_connection_is_offline(error):
    def fail(request):
        raise error("gone")

    with pytest.raises(Offline):
        api(fail).scopes()


def test_a_body_that_breaks_off_while_it_is_read_is_offline():
    class Torn(httpx.SyncByteStream):
        def __iter__(self):
            yield b"abc"
            raise httpx.ReadError("torn")

    with pytest.raises(Offline), api(lambda request: httpx.Response(200, stream=Torn())).snapshot("public") as pieces:
        list(pieces)


@pytest.mark.parametrize(("said", "seconds"), [
    ("7", 7.0), ("999999", 3600.0), ("Fri, 15 Jan 2027 08:00:30 GMT", 30.0), ("Fri, 15 Jan 2027 07:00:30 GMT", 0.0),
    ("soon", None), ("", None),
])
def test_retry_after_is_read_in_both_forms(said, seconds):
    busy = api(lambda request: httpx.Response(503, headers={"retry-after": said}), wall_s=lambda: 1_800_000_000.0)
    with pytest.raises(Busy) as error:
        busy.scopes()
    assert seconds == error.value.retry_after_s


def test_the_reasons_of_a_refusal_are_kept():
    refusing = api(lambda request: httpx.Response(403, json={"error": {"code": "not_allowed", "facts": {"scope": "x"}}}))
    with pytest.raises(Refused) as error:
        refusing.scopes()
    assert ("not_allowed", {"scope": "x", "status": 403}) == (error.value.reasons[0].code, error.value.reasons[0].facts)


def test_without_a_token_nothing_is_sent():
    with pytest.raises(SignedOut):
        Api("http://fanlink.test", transport=httpx.MockTransport(lambda request: pytest.fail("sent"))).scopes()


def test_an_address_that_cannot_be_one_is_refused():
    with pytest.raises(Refused):
        Api("fanlink", "t").scopes()
