"""The record layouts of the DDEX sales report, user-generated content profile: a table.

A name that ends in `?` may be empty, one that ends in `*` may hold many values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PROFILE = "UgcProfile"
MESSAGE_VERSION = "dsrf/3.0"

_LAYOUTS = """
HEAD RecordType MessageVersion Profile ProfileVersion MessageId MessageCreatedDateTime FileNumber NumberOfFiles
 UsageStartDate UsageEndDate SenderPartyId SenderName ServiceDescription? RecipientPartyId? RecipientName?
 RepresentedRepertoire?*
SY02.02 RecordType SummaryRecordId DistributionChannel? DistributionChannelDPID? CommercialModel UseType Territory
 ServiceDescription Usages Users? CurrencyOfReporting NetRevenue RightsController? RightsControllerPartyId?
 AllocatedUsages? AllocatedRevenue? AllocatedNetRevenue? RightsType? ContentCategory CurrencyOfTransaction?
 ExchangeRate? RightsTypePercentage?
AS02.02 RecordType BlockId ResourceReference DspResourceId ISRC?* Title SubTitle? DisplayArtistName
 DisplayArtistPartyId? Duration? ResourceType ISWC? ComposerAuthor?* ComposerAuthorPartyId?* Arranger?*
 ArrangerPartyId?* MusicPublisher?* MusicPublisherPartyId?* WorkContributor?* WorkContributorPartyId?*
 ProprietaryWorkId? IsMasterRecording?
RU02.01 RecordType BlockId SummaryRecordId DspReleaseId ReleaseTitle ReleaseURL Usages ContentCategory?
SU03.02 RecordType BlockId SalesTransactionId SummaryRecordId? DspResourceId Usages NetRevenue ValidityPeriodStart?
 ValidityPeriodEnd? ContentCategory? IsRoyaltyBearing?
LI01.02 RecordType BlockId SummaryRecordId? RightsController RightsControllerPartyId? RightsControllerWorkId?
 RightSharePercentage RightsType? AllocatedNetRevenue AllocatedAmount AllocatedUsages?
FOOT RecordType NumberOfLinesInFile NumberOfLinesInReport? NumberOfSummaryRecords NumberOfBlocksInFile
 NumberOfBlocksInReport?
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of a record."""

    name: str
    optional: bool
    many: bool


def _layouts() -> dict[str, tuple[Cell, ...]]:
    layouts = {}
    for text in _LAYOUTS.strip().replace("\n ", " ").split("\n"):
        kind, *names = text.split()
        layouts[kind] = tuple(Cell(name.rstrip("?*"), "?" in name, "*" in name) for name in names)
    return layouts


LAYOUTS: Mapping[str, tuple[Cell, ...]] = _layouts()
