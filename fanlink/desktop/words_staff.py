"""Words for what owners, moderators and finance see: uses, answers, outcomes, rules. Tables only."""

from __future__ import annotations

Chip = tuple[str, str]

USE_MEANS: dict[str, str] = {
    "remix": "Fans may make remixes of this track inside a prompt.",
    "mashup": "The stems may be heard together with other tracks.",
    "voice_change": "The voice may be shifted and changed beyond a few semitones.",
    "generated_layers": "A model may add new sounds. They are disclosed in the file.",
    "own_recordings": "Fans may add what they recorded themselves. A person always listens.",
    "commercial_release": "Remixes may be sold and streamed for money.",
    "outside_model": "The stems may be sent to a model outside FanLink.",
    "model_training": "The stems may be used to train models.",
}

CONSENT_STATES: dict[str, Chip] = {
    "asked": ("Waiting for an answer", "warn"), "granted": ("Agreed", "ok"), "refused": ("Refused", "bad"),
    "countered": ("Wants something else", "accent"), "withdrawn": ("Taken back", "bad"),
}  # fmt: skip

OUTCOMES: dict[str, Chip] = {
    "approve": ("Approved", "ok"), "request_changes": ("Changes asked", "warn"), "reject": ("Rejected", "bad"),
    "escalate": ("Escalated", "accent"), "uphold": ("Upheld", "bad"), "overturn": ("Overturned", "ok"),
    "take_down": ("Taken down", "bad"), "dismiss": ("Dismissed", ""),
}  # fmt: skip

UNMATCHED: dict[str, Chip] = {
    "remix_unknown": ("Nobody knows this remix", "warn"), "remix_never_published": ("Never published", "warn"),
    "no_sheet_in_force": ("Before its first split", "warn"),
}  # fmt: skip

HOLD_STATES: dict[str, Chip] = {
    "held": ("Held", "warn"), "appealed": ("Appealed", "accent"), "released": ("Released", "ok"), "rejected": ("Rejected", "bad"),
}  # fmt: skip

SUSPICIONS: dict[str, str] = {
    "burst": "One listener, again and again", "few_payers": "Very many plays, very few payers",
    "thin_spread": "One payer, thinly over very many remixes",
}

PHASES: dict[str, str] = {
    "match": "Matching lines that waited", "post": "Posting differences", "close": "Closing the month", "state": "Writing statements",
}  # fmt: skip

CASE_KINDS: dict[str, str] = {"submission": "Submission", "report": "Report", "appeal": "Appeal"}

SEVERITIES: dict[str, Chip] = {"breach": ("Breach", "bad"), "warning": ("Check", "warn"), "note": ("Note", "")}

RULES: dict[str, str] = {
    "tempo_range": "Tempo outside its range", "key_range": "Key outside its range", "length_range": "Length outside its range",
    "stem_not_allowed": "A stem that is not allowed", "stem_required": "A required stem is missing",
    "untouched_effect": "An effect on an untouched stem", "untouched_pan": "An untouched stem was moved",
    "untouched_key": "An untouched stem was shifted", "untouched_level": "An untouched stem changes its level",
    "untouched_edit": "A cut in an untouched stem", "use_not_allowed": "A use that was not agreed to",
    "layer_not_allowed": "A layer that is not allowed", "effect_not_allowed": "An effect that is not allowed",
    "word_not_allowed": "A word that is not allowed", "slot_unknown": "A slot that the prompt does not have",
    "slot_choice": "A choice that the prompt does not offer", "slot_missing": "A slot was left empty",
    "provenance_missing": "A generated layer that does not say where it comes from",
    "licence_not_commercial": "A model whose licence forbids commercial use",
    "licence_unknown": "A model whose licence nobody knows", "layer_off_grid": "A generated layer made for another tempo",
    "layer_off_key": "A generated layer made for another key",
    "voice_shift": "The voice may sound like somebody else", "same_recipe": "Another remix has the same recipe",
    "near_duplicate": "Nearly the same as another remix", "engine_retired": "Made for an engine that is gone",
    "rail_name_unknown": "The prompt names what is not there", "track_section_outside": "A section of the track is after its end",
    "layer_after_the_end": "A layer begins after the end",
}  # fmt: skip

RIGHTS: dict[str, str] = {"recording": "Recording", "composition": "Composition"}

CURRENCIES = ("EUR", "USD", "GBP", "SEK", "CHF", "JPY")

PAYOUT_STATES: dict[str, Chip] = {
    "due": ("Waits for approval", "warn"), "approved": ("Approved by two", "accent"), "sent": ("On its way", "accent"),
    "settled": ("Arrived", "ok"), "failed": ("Failed", "bad"),
}  # fmt: skip

WAITS: dict[str, str] = {
    "nothing_owed": "Nothing is owed", "below_threshold": "Below the least amount", "party_held": "Held",
    "unclaimed": "Nobody answers for it", "payout_open": "A payout is under way", "bank_details_missing": "No bank details",
    "bank_details_too_new": "Bank details are new", "bic_missing": "Its bank details need a BIC",
}  # fmt: skip

CONVERSION_STATES: dict[str, Chip] = {
    "asked": ("Asked for", "warn"), "converted": ("Converted", "ok"), "withdrawn": ("No longer wanted", ""),
}  # fmt: skip
