"""The shares of a remix that is on its way, as the sheet that would be bound has them."""

from __future__ import annotations

from datetime import UTC, datetime

from fanlink.core import lineage
from fanlink.core.documents import AccountDocument, Document, PromptDocument, PublishedDocument, Share


def shares_of(
    prompt: PromptDocument, parent: Document | None, remix: str, account: AccountDocument | None, at_ms: int
) -> tuple[Share, ...]:
    """The leaves of the sheet with that parent, if it is accepted today; those of the template where that cannot be known here."""
    above = lineage.in_force(parent.sheets, datetime.fromtimestamp(at_ms / 1000, UTC).date()) if isinstance(parent, PublishedDocument) else None
    if above is None or account is None:
        return prompt.shares
    names = dict(above.names) | {share.party: share.name for share in prompt.shares} | {account.party: account.name}
    sheet = lineage.would_be(prompt.split, remix, account.party, datetime.fromtimestamp(at_ms / 1000, UTC).date(), above)
    return tuple(Share(leaf.party, names.get(leaf.party, leaf.party), (*leaf.path, leaf.party)[0], leaf.share) for leaf in sheet.leaves())
