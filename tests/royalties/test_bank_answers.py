"""The bank's answers as banks write them, and as nobody should."""

import pytest

from fanlink.core.errors import BadInput
from fanlink.royalties.bank_answers import Answer, Said, read

REPORT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt>
<GrpHdr><MsgId>B1</MsgId><CreDtTm>2026-11-12T10:00:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>abc</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>abc-1</OrgnlPmtInfId><PmtInfSts>ACSC</PmtInfSts>
<TxInfAndSts><OrgnlEndToEndId>payout-1</OrgnlEndToEndId></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>payout-2</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Closed account number</AddtlInf></StsRsnInf></TxInfAndSts>
<TxInfAndSts><OrgnlEndToEndId>payout-3</OrgnlEndToEndId><TxSts>ACSP</TxSts></TxInfAndSts>
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""


@pytest.mark.parametrize("version", ["03", "10", "12"])
def test_a_status_report_of_any_version_is_read(version):
    found = read(REPORT.format(version=version).encode(), "answer.xml")
    assert ("abc", None) == (found.message, found.whole)
    assert found.payouts == (
        Answer("payout-1", Said.SETTLED), Answer("payout-2", Said.FAILED, "AC04 Closed account number"), Answer("payout-3", Said.PENDING),
    )


def test_csv_in_any_order_with_words_or_codes():
    found = read("\ufeffreason,Status,PAYOUT\nclosed,RJCT,p-2\n,settled,p-1\n,,\n".encode(), "answer.csv")
    assert found.payouts == (Answer("p-2", Said.FAILED, "closed"), Answer("p-1", Said.SETTLED))


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "needs the columns"), ("payout,status\n", "says nothing"), ("payout,status\np-1,maybe\n", "neither settled nor failed"),
    ("payout,status\n,settled\n", "is empty"), ("payout,status\np-1,settled\np-1,failed\n", "more than once"),
    ("<Document/>", "not a payment status report"), ("<Document", "not XML that can be read"), ("<a/>", "not a payment status report"),
    (REPORT.format(version="03").replace("RJCT", "ODD!"), "not known here"),
    (REPORT.format(version="03").replace("<OrgnlEndToEndId>payout-2</OrgnlEndToEndId>", ""), "without an end-to-end reference"),
    ('<!DOCTYPE x [<!ENTITY a "b">]><Document/>', "declares a document type"),
])  # fmt: skip
def test_what_cannot_be_read_is_said_in_one_sentence(text, sentence):
    with pytest.raises(BadInput, match=sentence) as caught:
        read(text.encode(), "answer")
    assert str(caught.value).startswith("answer")


def test_other_bytes_are_no_answer():
    for data in (b"\xff\xfe<\x00D\x00", b"\x00\x01\x02\xff"):
        with pytest.raises(BadInput, match="UTF-8"):
            read(data, "answer")
