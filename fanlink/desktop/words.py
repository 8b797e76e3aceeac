"""A sentence for every code: what happened, and what to do next. The only place with sentences for refusals.

`{name}` is a fact of the reason. A test reads every code that core can raise and asks for its words.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import Any

from fanlink.core.cases import REASONS
from fanlink.core.errors import BadInput, Conflict, Offline, Reason, Refused, Stopped, Unavailable
from fanlink.desktop import formats, words_rights

SENTENCES: dict[str, str] = words_rights.REFUSED | {
    # lives
    "illegal_step": "This cannot be done now: it is {state}.",
    # titles and words
    "title_empty": "Give it a title.",
    "title_too_long": "The title has {characters} characters; {most} is the most.",
    "words_empty": "Write the words of the prompt.",
    "words_too_long": "The words have {characters} characters; {most} is the most.",
    "recipe_without_track": "This remix does not say which song it is made of. Make it again from its prompt.",
    "slot_without_choices": "The slot “{slot}” needs at least one choice.",
    "slot_not_in_words": "The slot “{slot}” is not in the words. Write {{{slot}}} where it belongs, or remove it.",
    "slot_unknown": "The prompt has no slot “{slot}”.",
    "slot_empty": "Choose something for “{slot}”.",
    "slot_choice_unknown": "“{choice}” is not a choice for “{slot}”. Choose one of: {choices}.",
    "wind_down_out_of_range": "The wind-down must be between 0 and {most} days.",
    "range_upside_down": "The lower end of {range} is above its upper end.",
    "stem_required_not_allowed": "“{stem}” is required but not among the allowed stems.",
    # consent, rights, templates
    "consent_missing": "{party} has not agreed to {use} yet.",
    "consent_ends_in_the_past": "The end of the consent has already passed.",
    "consent_withdrawn": "A rightsholder has taken back their consent, so this cannot go on.",
    "counter_needs_a_note": "Say what you would agree to instead.",
    "template_unsigned": "{party} has not signed the split yet.",
    "template_missing": "Choose the split that this prompt pins.",
    "nothing_changed": "Nothing changed since the version that is published.",
    "UnderClaim": "The shares of the {right} add up to {total}, which is less than the whole.",
    "OverClaim": "The shares of the {right} add up to {total}, which is more than the whole.",
    "Conflict": "The {right} is claimed in a way that cannot be: {parties}.",
    # royalties
    "appeal_empty": "Say why the plays are real.",
    "already_appealed": "This was appealed before; one appeal is the most.",
    "letter_missing": "A rejection needs a letter that says why.",
    "own_decision": "You rejected this yourself. Someone else decides about the appeal.",
    "already_matched": "These lines were matched already. Take the match back first.",
    "not_matched": "These lines were not matched by hand.",
    "remix_never_published": "This remix was never published, so it can earn nothing.",
    "no_sheet_in_force": "No split of this remix was in force when the lines were earned.",
    "run_not_under_way": "No run of {period} is under way.",
    "report_arriving": "The report {report} is still being taken in ({arrived} of {lines} lines). Ask again when all of it is there.",
    "later_period_issued": "{later} was issued already, which closed {period} too. What comes late stands on the next statement.",
    "more_changed_lines": "And {lines} more lines.",
    # shares
    "shares_not_whole": "The shares add up to {sum}; they must add up to exactly the whole.",
    "share_out_of_range": "The share of {name} must be between nothing and the whole.",
    "share_without_name": "Every share needs a name.",
    "share_named_twice": "{name} stands twice in the same place.",
    "template_needs_one_remixer": "A split needs exactly one share for the remixer.",
    "template_has_two_ancestors": "A split can have only one share for an earlier remix.",
    "recouping_party_not_on_sheet": "{party} is paid first but is not on the split.",
    "recoupment_not_positive": "What {party} gets back first must be more than nothing.",
    "currency_unknown": "{currency} is not a currency code such as EUR.",
    "generation_too_late": "This is a remix of a remix of a remix already; a fifth generation is not allowed.",
    # challenges
    "dates_out_of_order": "A challenge opens first, then closes, then is decided.",
    "dates_in_the_past": "The closing date has already passed.",
    "dates_shortened": "Dates can be moved later, never earlier: people count on them.",
    "rubric_missing": "Write at least one line of the rubric, worth at least one point.",
    "judges_missing": "Name at least one judge.",
    "challenge_not_open": "This challenge does not take entries now.",
    "judge_cannot_enter": "Judges of a challenge cannot enter it.",
    "not_a_judge": "Only judges of this challenge can do that.",
    "not_judging": "This challenge is not being judged now.",
    "points_off_the_rubric": "The points do not fit the rubric.",
    # remixes and cases
    "reason_missing": "Give at least one reason, so that the fan can mend it.",
    "reason_unknown": "One of the reasons is not known here. Choose from the list.",
    "outcome_not_open": "That decision does not fit this case.",
    "claimed_by_another": "Somebody else is looking at this case right now.",
    "own_case": "You cannot decide about your own work, your artist’s, or your own decision.",
    "engine_retired": "This remix was made for an older engine. Listen to the renewed version and send it again.",
    "rule_broken": "The remix goes against a rule of the prompt.",
    # generated layers
    "use_not_allowed": "The artist has not allowed {use} here.",
    "layer_not_allowed": "The artist allows only these layers: {allowed}.",
    "stem_not_allowed": "The artist does not allow the stem “{stem}”.",
    "word_not_allowed": "The artist asks to leave out the word “{word}”.",
    "provenance_missing": "A generated layer does not say which model made it, under which licence, from which words and seed. Generate it again.",
    "licence_not_commercial": "The licence of {model} ({licence}) forbids commercial use, and remixes of this prompt may earn. Choose another model.",
    "licence_unknown": "Nobody says that the licence of {model} ({licence}) allows commercial use, and remixes of this prompt may earn. "
    "Name its licence in the settings if you know it, or choose another model.",
    # words and sounds
    "words_not_allowed": "The artist asks to leave out the word “{word}”.",
    "tempo_out_of_reach": "The tempo that the artist allows ({lowest} to {highest} BPM) cannot be reached from this song.",
    "key_out_of_reach": "The keys that the artist allows cannot be reached from this song.",
    "length_out_of_reach": "No remix of this song can be {lowest} to {highest} seconds long.",
    "required_stem_missing": "The artist asks for “{stem}”, which this song does not have.",
    "nothing_may_sound": "The guard rails leave nothing that may sound.",
    "same_recipe": "This is the same recipe as a remix that is already there. Change something that can be heard.",
    "stem_not_lossless_audio": "“{stem}” is not lossless audio. Upload WAV, FLAC or AIFF.",
    "stem_out_of_limits": "“{stem}” is longer or larger than a stem may be.",
    "stems_missing": "Add at least one stem.",
    "too_many_stems": "A track can have fewer stems than the {stems} here.",
    "tempo_out_of_range": "A tempo of {tempo_bpm} BPM is outside what a song can have.",
    "sound_unreadable": "It cannot be used as sound: it {what}.",
    "not_sound": "It is not a sound file. WAV, AIFF, FLAC, Ogg and MP3 are taken.",
    "recording_differs": "What arrived is not what was recorded here. Send it again.",
    "too_many_uploads": "Too many files are on their way already ({open}). This one goes when some have arrived.",
    "recording_undeclared": "Say what your recording is before you send the remix.",
    "file_unreadable": "The server could not use it.",
    "asset_missing": "A file that this needs has not arrived at the server yet. It will be sent again.",
    "file_lost": "A file that this needs is no longer on this computer. Add it again.",
    "digest_differs": "A file changed on its way. It will be sent again.",
    "too_large": "This is larger than the server takes.",
    # identifiers
    "isrc_malformed": "{isrc} is not an ISRC such as DE-A12-26-00001.",
    "iswc_malformed": "{iswc} is not an ISWC such as T-034.524.680-1.",
    "iswc_check_digit": "The last digit of the ISWC {iswc} does not fit the others. Look for a typing error.",
    "ipi_malformed": "{ipi} is not an IPI name number: eleven digits.",
    "ipi_check_digits": "The last digits of the IPI number {ipi} do not fit the others. Look for a typing error.",
    "isni_malformed": "{isni} is not an ISNI: sixteen digits.",
    "isni_check_digit": "The last digit of the ISNI {isni} does not fit the others. Look for a typing error.",
    # names and teams
    "name_empty": "Give it a name.",
    "not_printable": "The {field} has characters that cannot be seen, such as line breaks or marks of direction. Please type it anew.",
    "name_too_long": "The name has {characters} characters, which is too many.",
    "name_taken": "The name {name} is taken.",
    "about_too_long": "The description has {characters} characters, which is too many.",
    "note_too_long": "The note has {characters} characters, which is too many.",
    "letter_too_long": "The letter has {characters} characters, which is too many.",
    "text_empty": "Write something first.",
    "text_too_long": "The text has too many characters.",
    "already_on_team": "They are on the team already.",
    "not_on_team": "They are not on the team.",
    "last_team_member": "Somebody must stay on the team.",
    "password_too_short": "A password needs at least {least} characters.",
    "password_too_long": "A password can have at most {most} characters.",
    "wrong_name_or_password": "The name or the password is wrong.",
    "address_unusable": "This address cannot be used. It begins with https:// and names a server.",
    "not_answered": "The server gave an answer that cannot be used. Try again later.",
    # prompts, remixes and challenges that do not fit together
    "prompt_not_open": "This prompt does not take new remixes now.",
    "prompt_version_unknown": "This version of the prompt is not known. Open the prompt again and send it once more.",
    "prompt_keeps_its_track": "A prompt stays with its track. Write a new prompt for another one.",
    "prompt_of_another_artist": "This prompt belongs to another artist.",
    "track_of_another_artist": "This track belongs to another artist.",
    "remix_keeps_its_prompt": "A remix stays with its prompt. Start a new one for another.",
    "remix_of_another_prompt": "This remix was made under another prompt.",
    "remix_not_alive": "This remix is {state}, so it cannot take part.",
    "parent_not_published": "A remix of a remix needs one that is published.",
    "not_published": "This remix is not published.",
    "too_many_waiting": "{waiting} of your remixes wait already. Send more when some of them are decided.",
    "already_entered": "This remix is entered already.",
    "already_reported": "You reported this already. A moderator will look at it.",
    "entry_unknown": "One of the entries is not known here.",
    "winner_named_twice": "An entry can win only one place.",
    "dates_out_of_range": "One of the dates is too far away.",
    # splits
    "already_signed": "It is signed already.",
    "party_unknown": "{party} is not known here.",
    "party_not_in_template": "{party} is not on this split.",
    "party_name_reserved": "{party} cannot be the name of a party.",
    "template_unknown": "This split is not known here.",
    "template_too_large": "This split has too many parts.",
    "template_without_ancestor": "This split leaves nothing for the remix that it rests on.",
    "too_many_shares": "A split can have at most {most} shares.",
    "share_left_open": "The share of “{leaf}” is still open.",
    "generation_too_deep": "A remix of a remix can go {last} generations deep, and this would be one more.",
    "sheet_missing": "There is no split sheet for this remix.",
    "sheet_of_another_remix": "This split sheet belongs to another remix.",
    "sheet_not_forward": "A new split counts from a later day than the one before.",
    "sheet_date_repeated": "Two splits count from the same day, {effective_from}.",
    "sheet_version_repeated": "The split version {version} is there twice.",
    "nothing_to_withdraw": "There is no consent to take back.",
    # owners and partners
    "ipi_taken": "The IPI number {ipi} belongs to another party here.",
    "isni_taken": "The ISNI {isni} belongs to another party here.",
    "isrc_taken": "The ISRC {isrc} names another track here.",
    "stake_out_of_range": "{party} can hold from nothing to the whole of the {right}, not {share}.",
    "no_open_claim": "{party} has no open claim on this track.",
    "stems_there": "This track has its stems. What prompts rest on is not exchanged; add another track for another version.",
    "mandate_to_oneself": "Nobody needs a mandate for themselves. Choose another party.",
    "too_many_tracks": "A mandate can name at most {most} tracks. Leave the list empty for the whole catalogue.",
    "nothing_to_answer": "Nothing is asked of this party there.",
    "standing_answer_there": "There is a standing answer for {use} already. Change or end that one.",
    "grant_narrows": "This would take back a part of what was agreed. Take the consent back instead, or agree to at least as much.",
    "territory_unknown": "“{territory}” is no territory. Write world, country codes such as DE AT, or world except US.",
    "term_out_of_range": "A term is from 1 to {most} days, not {days}.",
    # catalogues
    "broken_row": "{file}, line {line}, column {column}: {what}. Nothing of this catalogue was taken.",
    "track_changed_meanwhile": "{title} ({isrc}) is not what it was in the preview: it would be {state} now.",
    "catalogue_arriving": "The catalogue {catalogue} is still being taken in ({done} of {tracks} tracks). Ask again when all of it is there.",
    "preview_outdated": "The catalogue changed since the preview. Look at a new preview, then import it.",
    # books
    "account_without_owner": "An account in the books needs an owner.",
    "posting_of_nothing": "A posting of nothing is not a posting.",
    "posting_below_a_millionth": "A posting is counted in whole millionths.",
    "transaction_unbalanced": "The books would be out by {by} {currency}.",
    "transaction_empty": "A transaction needs postings.",
    # reports, statements and payouts
    "broken_report": "This report cannot be read: {what}. Nothing of it was posted.",
    "broken_line": "{file}, line {line}, column {column}: {what}. Nothing of this report was posted.",
    "more_broken_lines": "{lines} more lines are broken.",
    "line_changed": "The line {line_id} of {service} was reported before with other content. Nothing of this report was posted.",
    "report_decided": "{report} is taken and can no longer be cancelled. To undo it, import its lines again under new ids with opposite signs.",
    "import_cancelled": "Its import was cancelled. Nothing of it was taken.",
    "period_unknown": "{period} is not a month such as 2026-10.",
    "already_issued": "The statements of {period} are issued already; corrections come as new lines in the next month.",
    "payout_of_nothing": "There is nothing to pay to {party}.",
    "approved_by_payee": "Nobody approves a payout to themselves or to a party they act for.",
    "payout_not_due": "This payout no longer waits for an approval.",
    "payout_not_approved": "Two people must approve this payout before it is sent.",
    "payout_not_sent": "This payout has not left yet.",
    "payout_settled": "This payout has settled; it can no longer fail.",
    "payout_failed": "This payout failed, and its money went back. It cannot settle now.",
    "payout_unknown": "The bank names a payout, {payout}, that is not known here. Nothing was taken from the file.",
    "payout_repeated": "The payout {payout} is named more than once.",
    "payout_on_its_way": "The payment provider has not said yet what became of this payout. Wait for its answer.",
    "no_payouts": "Choose at least one payout.",
    "too_many_payouts": "A batch can have at most {most} payouts.",
    "currencies_mixed": "A batch has one currency. Send {currencies} apart.",
    "nothing_due": "Nothing is due now.",
    "reason_needed": "Say why.",
    "balance_too_low": "{party} is owed less now than this payout. Give it up and propose a new one.",
    "bank_details_changed": "{party} changed its bank details after this was proposed. Give it up and propose a new one.",
    "bank_day_wrong": "The bank’s day must be today or within the next weeks.",
    "broken_answer": "The bank’s answer cannot be read: {what}. Nothing of it was taken.",
    "batch_unknown": "The bank answers a file that did not come from here.",
    "batch_has_failed": "A payout of this batch was given up before its file was made. Give up the others and send a new batch.",
    "batch_goes_to_provider": "This batch is given to the payment provider, so there is no file of it.",
    "house_account_missing": "The server does not know which account payouts leave from. Its operator sets that.",
    "party_held": "The money of {party} is held.",
    "held_already": "This party is held already.",
    "not_held": "This party is not held.",
    "released_by_payee": "Nobody releases a hold on their own money.",
    "account_without_name": "Say whose account it is.",
    "account_name_not_latin": "Banks write names in Latin letters: please give the name as your bank has it.",
    "account_name_too_long": "The name of the account has {characters} characters; {most} is the most.",
    "iban_wrong": "This IBAN does not check. Look for a typing error.",
    "bic_wrong": "This is not a BIC: eight or eleven letters and digits.",
    "bank_key_missing": "The server cannot open bank details: their key is not there. Ask who runs it to restore {file} from a backup.",
    "bank_key_wrong": "The server cannot open bank details: they were encrypted with another key. Ask who runs it to restore {file}.",
    "step_up_needed": "Enter your password once more.",
    "wrong_password": "The password is wrong. Nothing was changed.",
    "same_currency": "Choose another currency than {currency}.",
    "amount_not_positive": "The amount must be more than nothing, such as 12.50.",
    "conversion_done": "This conversion is {state} already.",
    "rate_wrong": "Write the rate as 1.0825 or as 433/400.",
    "source_missing": "Say where the rate comes from.",
    "converted_by_payee": "Nobody sets the rate for their own money.",
    "nothing_to_convert": "Nothing is left of {currency} to convert.",
    "day_ahead": "The day of the rate has not come yet.",
    "party_claimed": "Somebody answers for this party already.",
    "secret_hash_malformed": "The invitation could not be made. Try it once more.",
    "invitation_unusable": "This invitation does not work: it was used, taken back, has run out, or is for somebody else. Ask for a new one.",
    "approved_already": "You approved this payout already; a second person must do it too.",
    # the write door
    "bad_data": "The server could not read “{field}”. Update FanLink, then try again.",
    "unknown_kind": "The server does not know this act. It may be older than this FanLink.",
    "base_version_missing": "Look at it once more before you decide.",
    "id_malformed": "An id has characters that it cannot have.",
    "id_taken": "Something else has this id already. Try it once more.",
    "nothing_to_resolve": "There is nothing left to choose here.",
    "not_allowed": "Your account may not do this.",
    "id_reused": "This was already asked with other content. Try it once more.",
    "not_found": "It is no longer there.",
    "unknown_target": "It is no longer there.",
    "dependency_undone": "What this rests on was taken back.",
    "dependency_refused": "What this rests on was refused.",
    "dependency_conflict": "What this rests on needs you first.",
    "dependency_blocked": "What this rests on waits for something else.",
    "unknown_dependency": "The server has not seen what this rests on yet. It will be sent again.",
    "nothing_to_retry": "There is nothing to send again here.",
    "sign_in_failed": "The name or the password is wrong.",
    "not_signed_in": "Sign in first.",
}

UNKNOWN = "The server said no ({code})."

DECISION_REASONS: dict[str, str] = {
    "rule_broken": "A rule of the prompt is broken",
    "near_duplicate": "Too close to another remix",
    "voice_likeness": "Sounds like a real person’s voice",
    "undisclosed_synthetic": "Synthetic parts are not disclosed",
    "spam": "Spam",
    "impersonation": "Pretends to be somebody else",
    "quality": "The sound is not ready yet",
    "title_or_text": "The title or text does not fit",
    "rights_claim": "A rightsholder objects",
    "other": "Another reason",
    "consent_withdrawn": "A rightsholder took their consent back",
}
assert set(REASONS) <= set(DECISION_REASONS)

REMIX_STATES: dict[str, tuple[str, str]] = {
    "draft": ("Draft", ""), "queued": ("Waiting to be sent", "warn"), "submitted": ("Submitted", "accent"),
    "screening": ("Being checked", "accent"), "in_review": ("In review", "accent"),
    "changes_requested": ("Changes asked", "warn"), "approved": ("Approved", "ok"), "published": ("Published", "ok"),
    "rejected": ("Not accepted", "bad"), "appealed": ("Appeal running", "accent"), "upheld": ("Not accepted", "bad"),
    "withdrawn": ("Withdrawn", ""), "taken_down": ("Taken down", "bad"),
}  # fmt: skip

STEPS: dict[str, str] = {
    "queue": "Waiting to be sent",
    "submit": "You submitted it",
    "screen": "Checks began",
    "pass_screening": "All checks passed, a person will listen",
    "request_changes": "Changes were asked for", "retire_engine": "Its engine was retired: listen to the renewed one",
    "resubmit": "You sent a new version",
    "approve": "Approved",
    "reject": "Not accepted",
    "publish": "Published",
    "appeal": "You appealed",
    "uphold": "The decision was upheld",
    "overturn": "Your appeal was accepted",
    "withdraw": "You withdrew it",
    "take_down": "Taken down",
    "reinstate": "Back again",
}

PROMPT_STATES: dict[str, tuple[str, str]] = {
    "draft": ("Draft", ""), "in_approval": ("Waiting for approval", "warn"), "published": ("Open", "ok"),
    "paused": ("Paused", "warn"), "closed": ("Closed", ""), "withdrawn": ("Withdrawn", "bad"),
}  # fmt: skip

USES: dict[str, str] = {
    "remix": "Remix", "mashup": "Mashup with other tracks", "voice_change": "Voice change",
    "generated_layers": "Generated layers", "own_recordings": "Own recordings",
    "commercial_release": "Commercial release", "outside_model": "Sending stems to an outside model",
    "model_training": "Model training",
}  # fmt: skip

ROLES: dict[str, str] = {
    "recording": "Recording", "composition": "Composition", "platform": "Platform", "remixer": "Remixer",
    "ancestor": "Earlier remix",
}  # fmt: skip

DISCLOSURES: dict[str, tuple[str, str]] = {
    "none": ("No generative AI", ""), "partly": ("Partly AI", "accent"), "all": ("Made by AI", "warn"),
}  # fmt: skip

COMMANDS: dict[str, str] = {
    "follow_artist": "Follow an artist", "unfollow_artist": "Stop following", "submit_remix": "Submit a remix",
    "withdraw_remix": "Withdraw a remix", "appeal_remix": "Appeal", "report_remix": "Report a remix",
    "set_bank_details": "Change bank details", "propose_payouts": "Propose payouts", "approve_payout": "Approve a payout",
    "send_payouts": "Send payouts", "settle_payout": "Note that a payout arrived", "fail_payout": "Give up a payout",
    "take_bank_answer": "Take the bank’s answer", "ask_conversion": "Ask for another currency",
    "convert_balance": "Convert a balance", "invite_party": "Invite a party", "hold_party": "Hold a party’s money",
    "enter_challenge": "Enter a challenge", "thank_fan": "Thank a fan", "decide_case": "Decide a case",
}  # fmt: skip


class _Facts(string.Formatter):
    """Puts facts into a sentence; a fact that is not there leaves a gap in it, never an error."""

    def get_value(self, key: Any, args: Any, kwargs: Any) -> Any:
        value = kwargs.get(key, "…")
        if isinstance(value, list | tuple):
            return formats.names([str(item) for item in value])
        if key == "use":
            return USES.get(str(value), str(value)).lower()
        if key in ("state", "range"):
            return str(value).replace("_", " ")
        return value


def of_code(code: str, facts: Mapping[str, Any] | None = None) -> str:
    """The sentence of one code with its facts."""
    return _Facts().vformat(SENTENCES.get(code, UNKNOWN), (), {**(facts or {}), "code": code})


def of_reasons(reasons: Iterable[Reason]) -> str:
    """One sentence after the other."""
    return " ".join(of_code(reason.code, reason.facts) for reason in reasons)


def of_error(error: Exception) -> str:
    """What happened, what was kept, what to do next."""
    if isinstance(error, Refused):
        return of_reasons(error.reasons)
    if isinstance(error, Conflict):
        return "It was changed elsewhere since you saw it. Look at both in the list of changes and choose."
    if isinstance(error, Offline):
        return "The server cannot be reached. What you did is kept here and will be sent later."
    if isinstance(error, BadInput):
        return f"{formats.human(str(error))}."
    if isinstance(error, Unavailable):
        return f"{formats.human(str(error) or 'Something that is needed is not here')}."
    if isinstance(error, Stopped):
        return "Stopped."
    return "Something went wrong inside FanLink. Your work is kept. Diagnostics has the details."


def of_command(kind: str) -> str:
    """What a command does, as people say it."""
    return COMMANDS.get(kind, formats.human(kind))
