"""What finance does with payouts: proposes, approves, sends, exports, takes the bank's answer, invites who is missing."""

import hashlib
from pathlib import Path

import httpx
import pytest
from PySide6.QtWidgets import QLabel, QLineEdit

from fanlink.core.invitations import PREFIX
from fanlink.desktop import paying
from tests.desktop.staff.room import Staffroom

TRACE = {
    "payout": "payout_one", "party": "party_jonah", "currency": "EUR", "amount": "412", "state": "due", "missing": [],
    "made_of": [{
        "amount": "412", "currency": "EUR", "transaction": 7, "key": "run:x", "link": "a",
        "pot": {"remix": "remix_pub0001", "sheet": "sheet-1", "gross": "1030", "lines": 12, "report_lines": [
            {"service": "Streamline", "report": "r1", "line": str(number), "revenue": "103", "period_end": "2026-10-31"} for number in range(9)
        ]},
        "share": "2/5",
        "remix": {"id": "remix_pub0001", "title": "Night drive", "prompt": {"id": "prompt_neon01", "version": "ab", "number": 1},
                  "consents": [{"id": "c", "party": "party_jonah", "name": "Jonah", "state": "granted"}]},
    }],
}  # fmt: skip


def words_on(page) -> str:
    return "\n".join(label.whole() if hasattr(label, "whole") else label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))


def tab(room: Staffroom, key: str):
    page = room.go("finance", "payouts")
    page.tabs._clicked(key)
    room.settle()
    return page


def online(room: Staffroom, answers: dict[str, httpx.Response]) -> None:
    """Has the far side answer these addresses too."""
    usual = room.far.handle
    room.app.desk.session._api._client._transport = httpx.MockTransport(lambda request: answers.get(request.url.path) or usual(request))


def test_what_is_due_is_said_and_proposed_at_once(room: Staffroom):
    page = room.go("finance", "payouts")
    assert "2 balances are due: € 1,606.50" in page.subtitle_label.whole()
    assert ["bal_party_northside_EUR", "bal_party_jonah_EUR"] == list(page.list.cards.ids[:2])
    page.propose.click()
    room.settle()
    assert ("propose_payouts", {"until": None, "currencies": [], "parties": []}) == (room.asked()[-1][0], room.asked()[-1][2])


def test_a_second_person_approves_and_nobody_their_own(room: Staffroom):
    page = tab(room, "due")
    page.list.choose("payout_one")
    room.settle()
    assert "Approved by one" == paying.state(page.view.shown)[0]
    page.view.approve.click()
    room.settle()
    assert ("approve_payout", "payout_one", {}) == room.asked()[-1]
    page.list.choose("payout_mine")
    room.settle()
    assert not page.view.approve.isEnabled() and "Nobody approves their own money." in words_on(page)


def test_approved_payouts_leave_as_one_batch(room: Staffroom):
    page = room.go("finance", "payouts")
    page.send.click()
    room.settle()
    kind, _batch, data = room.asked()[-1]
    assert ("send_payouts", ["payout_two"]) == (kind, data["payouts"])


def test_giving_up_needs_a_reason(room: Staffroom):
    page = tab(room, "sent")
    assert not page.view.fail.isEnabled()
    page.view.reason.setText("AC04")
    page.view.fail.click()
    room.settle()
    assert ("fail_payout", "payout_way", {"reason": "AC04"}) == room.asked()[-1]


def test_the_file_is_fetched_off_the_ui_thread_and_written(room: Staffroom, tmp_path: Path):
    page = tab(room, "sent")
    online(room, {"/v1/payout-batches/batch_oct/file": httpx.Response(200, content=b"<Document/>")})
    page.view.export_to("batch_oct", "pain001", tmp_path / "pay.xml")
    room.settle()
    assert b"<Document/>" == (tmp_path / "pay.xml").read_bytes()


def test_a_payout_opens_to_what_it_is_made_of(room: Staffroom):
    page = tab(room, "due")
    page.list.choose("payout_one")
    room.settle()
    online(room, {"/v1/payouts/payout_one/trace": httpx.Response(200, json=TRACE)})
    page.view.look.click()
    room.settle()
    said = words_on(page)
    assert "Every link is there" in said and "2/5 of € 1,030.000000" in said and "and 4 more report lines" in said


def test_without_the_server_looking_it_up_says_so(room: Staffroom):
    page = tab(room, "due")
    said = []
    room.app.desk.asked_to_say.connect(lambda text, *_rest: said.append(text))
    room.far.down = True
    page.view.look.click()
    room.settle()
    assert page.view.look.isEnabled() and "cannot be reached" in said[-1]


def test_the_banks_answer_is_uploaded_and_taken(room: Staffroom, tmp_path: Path):
    page = room.go("finance", "payouts")
    (tmp_path / "answer.csv").write_text("payout,status\npayout_way,settled\n")
    page.take_answer(tmp_path / "answer.csv")
    room.settle()
    kind, _target, data = room.asked()[-1]
    assert ("take_bank_answer", "answer.csv", 64) == (kind, data["name"], len(data["asset"]))


def test_a_hold_is_made_with_its_reason_and_released(room: Staffroom):
    page = room.go("finance", "payouts")
    page.list.choose("bal_tide")
    room.settle()
    assert "Held: Two accounts claim this name" in words_on(page)
    next(each for each in page.view.findChildren(type(page.send)) if each.accessibleName() == "Release").click()
    room.settle()
    assert ("release_party", "party_tide", {}) == room.asked()[-1]


def test_the_register_lists_the_oldest_first_and_a_link_leaves_only_its_hash(room: Staffroom):
    page = room.go("finance", "unclaimed")
    said = words_on(page)
    assert said.index("Ines Calder") < said.index("The Quay Choir")
    assert "SEK" not in said and "kr 1,240.00" in said and "Invited, until" in said
    page.invite("party_quay")
    room.settle()
    (link,) = [field.text() for field in page.findChildren(QLineEdit) if field.text().startswith(PREFIX)]
    kind, _target, data = room.asked()[-1]
    assert ("invite_party", "party_quay") == (kind, data["party"])
    assert hashlib.sha256(link.removeprefix(PREFIX).encode()).hexdigest() == data["secret_hash"]
    room.go("finance", "reports")
    room.go("finance", "unclaimed")
    page.refresh()
    room.settle()
    assert [] == [field for field in page.findChildren(QLineEdit) if field.text().startswith(PREFIX) and field.isVisibleTo(page)]


@pytest.mark.parametrize("password", ["", "right"])
def test_bank_details_are_set_with_the_password_which_is_kept_nowhere(room: Staffroom, password: str):
    page = room.go("finance", "account")
    online(room, {"/v1/step-up": httpx.Response(200, json={"step_up": "one-use", "expires_ms": 1})})
    page.name.setText("Luma Reyes")
    page.iban.setText("de89 3704 0044 0532 0130 00")
    page.password.setText(password)
    page.save.click()
    room.settle()
    if not password:
        assert [] == room.asked() and "Enter your password once more." == page.problem.label.text()
        return
    kind, _target, data = room.asked()[-1]
    assert ("set_bank_details", "party_luma", "DE89370400440532013000", "one-use") == (kind, data["party"], data["iban"], data["step_up"])
    assert "" == page.password.text() and "right" not in str(room.asked())


def test_a_wrong_iban_is_said_before_anything_is_sent(room: Staffroom):
    page = room.go("finance", "account")
    page.name.setText("Luma Reyes")
    page.iban.setText("DE89370400440532013001")
    page.password.setText("right")
    page.save.click()
    room.settle()
    assert "This IBAN does not check" in page.problem.label.text() and [] == room.asked()


def test_another_currency_is_asked_for(room: Staffroom):
    page = room.go("finance", "account")
    assert "became € 36.256000 at 0.088 (ECB reference rate, 2026-10-30)" in words_on(page)
    page.ask(page._data.balances[0], "USD")
    room.settle()
    kind, _target, data = room.asked()[-1]
    assert ("ask_conversion", "EUR", "USD", None) == (kind, data["from_currency"], data["to_currency"], data["amount"])


def test_an_invitation_is_confirmed_before_it_is_accepted(room: Staffroom):
    page = room.go("finance", "invitation")
    online(room, {
        "/v1/invitations/look": httpx.Response(200, json={"party": "party_quay", "party_name": "The Quay Choir", "expires_ms": 1}),
        "/v1/invitations/accept": httpx.Response(200, json={"account": "p", "party": "party_quay", "token": None, "expires_ms": None}),
    })  # fmt: skip
    page.link.setText(f"{PREFIX}a-secret")
    page.look.click()
    room.settle()
    assert "Are you The Quay Choir?" == page.whom.text() and page.second.isVisibleTo(page)
    page.accept.click()
    room.settle()
    assert "account" == room.page.spec.key
