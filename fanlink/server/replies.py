"""What the API says when it does not do what was asked: a code that never changes, its facts, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

SENTENCES = {
    "not_signed_in": "Please sign in: this needs a token that is valid.",
    "not_allowed": "Your account may not do this.",
    "not_found": "There is nothing here under this name.",
    "wrong_name_or_password": "The name or the password is wrong.",
    "too_many_requests": "Too many requests at once. Please come back in {retry_after_s} s.",
    "too_many_tries": "Too many tries to sign in. Please come back in {retry_after_s} s.",
    "busy": "The server has too much to do right now. Nothing was lost; please come back in {retry_after_s} s.",
    "malformed": "The request cannot be read: {what}",
    "too_large": "This is too large: at most {most_bytes} bytes are taken.",
    "length_missing": "The request must say how long it is.",
    "digest_differs": "What came is not what its name says; please send it again.",
    "sound_unreadable": "This cannot be used as sound: it {what}.",
    "not_sound": "This is not a sound file. WAV, AIFF, FLAC, Ogg and MP3 are taken.",
    "recording_differs": "The samples of this recording are not those that its name says.",
    "offset_moved": "The upload stands at byte {offset} now. Please go on from there.",
    "checksum_differs": "What came is not what its checksum says. Nothing of it was kept; please send it again.",
    "checksum_unknown": "The checksum must be `sha256` or `sha1`, a space, and its Base64.",
    "tus_version": "This server speaks version {version} of tus; please send the header Tus-Resumable with it.",
    "upload_ended": "This upload has ended; it takes no more bytes.",
    "wrong_content_type": "The content type of a piece is application/offset+octet-stream.",
    "too_many_uploads": "Too many uploads are under way: please finish or end one of them first.",
    "range_not_satisfiable": "The file has no such part.",
    "snapshot_needed": "The changes after this number are gone. Please start from the snapshot.",
    "not_ready": "The audio is not here yet.",
    "invitation_unusable": "This invitation does not work: it was used, taken back, has run out, or is not one. Ask for another.",
    "wrong_password": "The password is wrong.",
    "batch_has_failed": "A payout of this batch failed before its file was given away. Give up the others and send a new batch.",
    "batch_goes_to_provider": "This batch is given to the payment provider, so there is no file of it.",
    "house_account_missing": "Say in server.toml which account payouts leave from: bank_name, bank_iban and bank_bic.",
    "bank_key_missing": "Bank details are encrypted, and their key is not here: please restore {file} from a backup.",
    "bank_key_wrong": "Bank details are encrypted with another key than the one that is here: please restore {file} from the backup of this home.",
    "method_not_allowed": "This address does not take that method.",
    "failed": "Something went wrong on the server. It has been noted.",
}


class ErrorFacts(BaseModel):
    code: str
    facts: dict[str, Any]
    sentence: str


class ErrorReply(BaseModel):
    """The body of every error."""

    error: ErrorFacts


class Reply(Exception):
    """Ends a request with an error reply. `beside` is what its body holds beside the error."""

    def __init__(self, status: int, code: str, headers: Mapping[str, str] | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.facts, self.headers = status, code, facts, dict(headers or {})
        self.beside: dict[str, Any] = {}

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of the reply."""
        sentence = SENTENCES.get(self.code, self.code.replace("_", " ").capitalize() + ".")
        try:
            sentence = sentence.format(**self.facts)
        except (KeyError, IndexError):
            sentence = sentence.partition(":")[0]
        return {**self.beside, "error": {"code": self.code, "facts": self.facts, "sentence": sentence}}


def come_back(status: int, code: str, after_s: int, **facts: Any) -> Reply:
    """An error that passes: the same request may be sent again after so many seconds."""
    return Reply(status, code, {"Retry-After": str(after_s)}, retry_after_s=after_s, **facts)
