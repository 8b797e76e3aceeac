"""The demo's payouts: two payees say where their money goes, finance proposes, and one of the two approves one of them."""

from __future__ import annotations

from fanlink.client.api import Api
from fanlink.core.bank_accounts import account_of
from fanlink.core.commands import ApprovePayout, ProposePayouts, SetBankDetails
from fanlink.core.errors import Refused
from fanlink.demo.cast import Cast, slug
from fanlink.demo.scene import PASSWORD

# Example numbers that banks print; no money goes there.
PAYEES = (
    ("Northside Music", "GB29 NWBK 6016 1331 9268 19", "NWBKGB2L"),
    ("Luma Reyes", "NL91 ABNA 0417 1643 00", "ABNANL2A"),
)
APPROVED = "Luma Reyes"


def pay(cast: Cast) -> None:
    """Leaves one payout that waits for two people, and one that waits for the second; again it changes nothing."""
    for name, iban, bic in PAYEES:
        if not _bank_details(cast, name, iban, bic):
            return
    proposer, approver = [person.name for person in cast.world.people if person.role == "finance"][:2]
    cast.ask(proposer, [("propose payouts", "proposal-demo", ProposePayouts(currencies=("EUR",)))])
    session = cast.session(approver)
    session.sync_once()
    for payout in session.all("payout", scope="finance"):
        if payout.party == cast.parties[APPROVED] and payout.state == "due" and not payout.approvals:
            cast.ask(approver, [(f"{approver} approves {payout.id}", payout.id, ApprovePayout())])


def _bank_details(cast: Cast, name: str, iban: str, bic: str) -> bool:
    """Says where this person's money goes, with their password; False on a home made before its people had any."""
    session = cast.session(name)
    session.sync_once()
    party = cast.parties[name]
    if session.all("bank_details", scope=f"party:{party}"):
        return True
    api = Api(cast.url, cast.tokens[name])
    try:
        secret = api.step_up(PASSWORD)
    except Refused:
        return False
    finally:
        api.close()
    account = account_of(name, iban, bic)
    details = SetBankDetails(party, account.name, account.iban, secret, account.bic)
    cast.ask(name, [(f"{name} is paid to {secret}", f"details-{slug(name)}", details)])
    return True
