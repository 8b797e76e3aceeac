"""The record layouts of the DDEX sales reports that we read and write: a table.

The user-generated content profile (HEAD to FOOT, in blocks) and the royalty profile, DDEX's financial reporting to record
companies (SRHE to SRFO, one record a line). A name that ends in `?` may be empty, one that ends in `*` may hold many
values. What of the royalty profile is our reading is said in docs/decisions/0013-runs.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PROFILE = "UgcProfile"
MESSAGE_VERSION = "dsrf/3.0"
ROYALTY_PROFILE = "FinancialReportingToRecordCompanies"

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
SY07.01 RecordType SummaryRecordId DistributionChannel? DistributionChannelDPID? CommercialModel UseType Territory
 RightsType? ServiceDescription TotalUsages? Users? CurrencyOfReporting NetRevenue? RightsController?
 RightsControllerPartyId? AllocatedUsages? AllocatedRevenue? AllocatedNetRevenue? CurrencyOfTransaction? ExchangeRate?
 RightsTypePercentage?
SRHE RecordType MessageVersion Profile ProfileVersion MessageId MessageCreatedDateTime FileNumber NumberOfFiles
 UsageStartDate UsageEndDate SenderPartyId SenderName ServiceDescription? RecipientPartyId? RecipientName?
 RepresentedRepertoire?*
SY10.01 RecordType SummaryRecordId DistributionChannel? DistributionChannelDPID? CommercialModel? UseType?
 ReportingPeriodStartDate? ReportingPeriodEndDate? SubscriberType? Subscribers? ActiveSubscribers?
 PromotionalActivity? Territory ServiceDescription OfferType? Quality? TotalUsages? AllocatedUsages? Returns?
 MusicUsagePercentage? CurrencyOfTransaction? CurrencyOfAccounting ExchangeRate? ExchangeRateSource?
 DateOfCurrencyExchange? GrossRevenueInCurrencyOfTransaction? GrossRevenueInCurrencyOfAccounting? CalculationType?
 CalculationValue? DeductionType? DeductionsInCurrencyOfTransaction? DeductionsInCurrencyOfAccounting?
 NetRevenueInCurrencyOfTransaction? NetRevenueInCurrencyOfAccounting? AllocatedRevenueInCurrencyOfTransaction?
 AllocatedRevenueInCurrencyOfAccounting? AllocatedNetRevenueInCurrencyOfTransaction?
 AllocatedNetRevenueInCurrencyOfAccounting? RightsControllerMarketShare? SubscriptionFeeInCurrencyOfTransaction?
 SubscriptionFeeInCurrencyOfAccounting? UsageIndependentFeeType? UsageIndependentFeeInCurrencyOfTransaction?
 UsageIndependentFeeInCurrencyOfAccounting? FinalTotalAmountInCurrencyOfTransaction?
 FinalTotalAmountInCurrencyOfAccounting?
SR08.01 RecordType SalesTransactionId GRid? ICPN? DspReleaseId? LabelReleaseId? ProprietaryReleaseId?
 ContextReleaseGRid? ReleaseType? ReleaseTitle? ReleaseSubTitle? ReleaseDisplayArtistName?
 ReleaseDisplayArtistPartyId? ISRC?* ISAN? DspResourceId? LabelResourceId? ProprietaryResourceId?
 ResourceContextReleaseGRid? ResourceType? ResourceTitle? ResourceSubTitle? ResourceDisplayArtistName?
 ResourceDisplayArtistPartyId? SummaryRecordId SalesTransactionDate? Usages? Returns? NetUsage?
 WholesalePriceInCurrencyOfTransaction? WholesalePriceInCurrencyOfAccounting?
 SuggestedConsumerPriceInCurrencyOfTransaction? SuggestedConsumerPriceInCurrencyOfAccounting? PriceType?
 PriceRangeType? PriceConsumerPaidExcSalesTaxInCurrencyOfTransaction?
 PriceConsumerPaidExcSalesTaxInCurrencyOfAccounting? DeductionType? DeductionsInCurrencyOfTransaction?
 DeductionsInCurrencyOfAccounting? RightSharePercentage? CalculatedUnitPriceInCurrencyOfTransaction?
 CalculatedUnitPriceInCurrencyOfAccounting? AllocatedRevenueInCurrencyOfTransaction?
 AllocatedRevenueInCurrencyOfAccounting? AllocatedNetRevenueInCurrencyOfTransaction?
 AllocatedNetRevenueInCurrencyOfAccounting CopyrightObligationWithDSP?
SRFO RecordType NumberOfLinesInReport NumberOfSummaryRecords
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
