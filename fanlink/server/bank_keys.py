"""Bank accounts kept sealed: IBAN and BIC leave the database only through the key, which is a file of the home and never in it.

AES-SIV (RFC 5297) with a key of 512 bits, by the library `cryptography`. Each is sealed for its own details and party, so a
row that was moved to another party cannot be opened there. Only payments files, the provider and the next change open them.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from pathlib import Path

from sqlalchemy import select

from fanlink.core.bank_accounts import BankAccount, BankDetails
from fanlink.core.digests import canonical
from fanlink.core.errors import Refused
from fanlink.server import tables
from fanlink.server.nouns import SealedDetails
from fanlink.server.store import Store

FILE = "bank-details.key"
KEY_BYTES = 64
TABLE = tables.bank_details


def seal(store: Store, details: BankDetails) -> SealedDetails:
    """The details as they are kept. Refused as `bank_key_missing` or `bank_key_wrong` where others are sealed and cannot be opened."""
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    store.flush()
    there = store.rows(select(TABLE.c.id).where(TABLE.c.body.contains('"sealed"')).order_by(TABLE.c.id).limit(1))
    if there:
        opened(store, store.need(SealedDetails, there[0].id))  # with another key the older ones could never be paid to again
    key = _read(_place(store)) if there else _read_or_make(_place(store))
    account = details.account
    text = canonical({"iban": account.iban, "bic": account.bic})
    sealed = AESSIV(key).encrypt(text, _for(details.id, details.party))
    return SealedDetails(
        details.id, details.party, details.number, account.name, account.masked, account.bic is not None,
        base64.b64encode(sealed).decode(), details.set_by, details.set_ms, details.payable_from_ms, details.version,
    )  # fmt: skip


def opened(store: Store, kept: SealedDetails) -> BankDetails:
    """The details whole. Refused as `bank_key_missing` or `bank_key_wrong`."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

    place = _place(store)
    key = _read(place)
    try:
        text = AESSIV(key).decrypt(base64.b64decode(kept.sealed), _for(kept.id, kept.party))
    except (InvalidTag, binascii.Error) as error:
        raise Refused("bank_key_wrong", file=str(place), party=kept.party) from error
    account = BankAccount(kept.name, **json.loads(text))
    return BankDetails(kept.id, kept.party, kept.number, account, kept.set_by, kept.set_ms, kept.payable_from_ms, kept.version)


def _place(store: Store) -> Path:
    return store.settings.keys_folder / FILE


def _for(details: str, party: str) -> list[bytes]:
    return [b"fanlink bank details", details.encode(), party.encode()]


def _read(place: Path) -> bytes:
    try:
        key = base64.b64decode(place.read_bytes(), validate=True)
    except FileNotFoundError as error:
        raise Refused("bank_key_missing", file=str(place)) from error
    except (OSError, binascii.Error) as error:
        raise Refused("bank_key_wrong", file=str(place)) from error
    if len(key) != KEY_BYTES:
        raise Refused("bank_key_wrong", file=str(place))
    return key


def _read_or_make(place: Path) -> bytes:
    """The key, made on first use: durable, and readable by its owner only, before anything is sealed with it."""
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        coming = place.with_name(f"{FILE}.{os.getpid()}")
        with os.fdopen(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(base64.b64encode(os.urandom(KEY_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(coming, place)
        except FileExistsError:
            pass  # another process of this home was quicker: its key is the one
        except OSError:  # a disk without links
            os.replace(coming, place)
        finally:
            coming.unlink(missing_ok=True)
    return _read(place)
