"""What the console says: English templates; the Japanese stands in the catalogue."""

from collections.abc import Mapping
from typing import Final

from notices.casework.telling import KINDS, OUTCOMES, REQUESTS
from notices.messages import Text

WORDS: Final[Mapping[str, str]] = {
    "title": Text("Console"),
    "skip": Text("To the content"),
    "menu": Text("Menu"),
    "today": Text("Today"),
    "cases": Text("Cases"),
    "people": Text("People and keys"),
    "hold": Text("Hold everything"),
    "doctor": Text("What works"),
    "doctor_intro": Text(
        "As far as it is seen without the key of the centre. Key, time stamps, mailbox "
        "and the recipients' domains are looked at in the shell: notices doctor"
    ),
    "part": Text("Part"),
    "seen_of_it": Text("What was seen"),
    "to_do": Text("What to do"),
    "certificate_end": Text("End of the certificate"),
    "not_signed_yet": Text("Nothing was signed yet"),
    "find": Text("Case id or number"),
    "find_button": Text("Find"),
    "login": Text("Log in"),
    "login_button": Text("Log in with your passkey"),
    "login_intro": Text(
        "Only people who are enrolled come in. Nothing is typed: your "
        "passkey says who you are."
    ),
    "login_nobody": Text(
        "Nobody has a passkey yet. On the machine, type: notices people link"
    ),
    "logout": Text("Log out"),
    "passkey_failed": Text(
        "The passkey did not answer, or it was broken off. Try again."
    ),
    "passkey_script": Text("Passkeys need JavaScript of this page."),
    "held_all": Text("Everything is on hold: nothing goes out."),
    "since": Text("Since"),
    "by": Text("By"),
    "reason": Text("Reason"),
    "hold_intro": Text(
        "With one button nothing goes out any more, whoever asks for it: "
        "console, shell, case system or worker. What is on the wire just "
        "now is finished. Letters are still written and approved."
    ),
    "hold_button": Text("Hold everything now"),
    "release_button": Text("Let everything go on"),
    "release_fresh": Text("To let it go on, use your passkey again first."),
    "release_login": Text("Use the passkey again"),
    "not_held": Text("Nothing is on hold."),
    "nothing_due": Text("Nothing is to be done today."),
    "cut": Text("Of the looks only the oldest 100 are shown."),
    "states": Text("Notices by state"),
    "case_id": Text("Case"),
    "number": Text("Number"),
    "due_on": Text("From"),
    "what": Text("What"),
    "state": Text("State"),
    "category": Text("Category"),
    "analysed_at": Text("Judged"),
    "provider": Text("Asked last"),
    "any": Text("All"),
    "due_by": Text("Due by"),
    "narrow": Text("Show"),
    "more": Text("Next page"),
    "no_cases": Text("There is no such case."),
    "facts": Text("Facts"),
    "at": Text("When"),
    "fact": Text("Fact"),
    "details": Text("Particulars"),
    "notices": Text("Notices"),
    "recipient": Text("Recipient"),
    "letter": Text("Letter as text"),
    "pages": Text("Letter as pictures"),
    "page": Text("Page"),
    "attempts": Text("Attempts"),
    "stage": Text("Ended at"),
    "reply": Text("Reply"),
    "story": Text("Story"),
    "event": Text("Event"),
    "leaf": Text("Place in the ledger"),
    "reports": Text("What came in"),
    "files": Text("Evidence to download"),
    "all_files": Text("Everything of this case (ZIP)"),
    "all_files_note": Text(
        "Letters and mails bear their signatures; the ZIP itself bears none. The "
        "signed evidence bundle is asked for below."
    ),
    "decisions": Text("Decisions"),
    "decide": Text("Approve or reject"),
    "decision_title": Text("Approve or reject"),
    "decision_intro": Text(
        "This is what would go out. What you sign is the hash of exactly "
        "this draft; compare it with the printed one."
    ),
    "draft_hash": Text("SHA-256 of the draft"),
    "urls": Text("Addresses that it is about"),
    "urls_note": Text("Shown as text. Do not open them here."),
    "approve_button": Text("Approve with your passkey"),
    "reject_button": Text("Reject …"),
    "reject_title": Text("Reject"),
    "reject_confirm": Text("Reject with your passkey"),
    "not_waiting": Text("This draft waits for no decision any more."),
    "newest": Text("Newest decision"),
    "back": Text("Back to the case"),
    "link_title": Text("Make your passkey"),
    "link_create": Text(
        "This link is for the person below, once. Your device will ask for "
        "a fingerprint, face or PIN."
    ),
    "link_create_button": Text("Make a passkey"),
    "link_confirm": Text(
        "The passkey was made. Use it once, so that it is known to be yours."
    ),
    "link_confirm_button": Text("Use the passkey"),
    "link_done": Text("You are enrolled as the first administrator."),
    "link_wait": Text(
        "Your passkey waits for an administrator, who enrols it under "
        "“People and keys”."
    ),
    "person": Text("Person"),
    "name": Text("Name"),
    "roles": Text("Roles"),
    "key": Text("Key"),
    "waiting": Text("Passkeys that wait to be enrolled"),
    "waiting_note": Text(
        "Compare the fingerprint with the person himself before you sign."
    ),
    "fingerprint": Text("SHA-256 of the key"),
    "enrol_button": Text("Enrol with your passkey"),
    "link_how": Text(
        "The link is for one person, once, within 24 hours. He makes his passkey "
        "with it; then an administrator enrols it here."
    ),
    "new_link_title": Text("A link for a new person, or a new key"),
    "new_link_intro": Text(
        "Give the address below to this person yourself. It is shown only now."
    ),
    "new_link": Text("One-time link"),
    "new_link_button": Text("Make the link"),
    "person_form": Text("Small letters, digits and hyphens; it stays in the ledger."),
    "good_until": Text("Good until"),
    "revoke_title": Text("Revoke the key"),
    "revoke_intro": Text(
        "From then on this person is logged out and can approve nothing. "
        "What he approved before stays as it is."
    ),
    "revoke_last": Text(
        "This is the only administrator: without him nobody can be enrolled. Enrol "
        "another one first."
    ),
    "revoke_button": Text("Revoke …"),
    "revoke_confirm": Text("Revoke at once with your passkey"),
    "revoked": Text("Revoked"),
    "problem": Text("This was not done"),
    "problem_stale": Text("Somebody was quicker, or it may not be done now"),
    "not_found": Text("There is no such page."),
    "bad_method": Text("This page is not asked for in this way."),
    "bad_form": Text("What was sent is no form of this console."),
    "too_large": Text("What was sent is too large. Nothing was done."),
    "too_slow": Text(
        "What was sent took too long to come in. Nothing was done; try again."
    ),
    "busy": Text("Too much is going on just now. Try again in a minute."),
    "foreign": Text("Another page asked for this. Nothing was done."),
    "need_login": Text("Log in first; the session has ended, or there was none."),
    "role": Text("This is for people of another role."),
    "stale_login": Text(
        "Use your passkey again first: it was used too long ago for this."
    ),
    "throttled": Text(
        "Too many attempts from your network. Try again in some minutes."
    ),
    "fault": Text("Something is wrong with the program. The log tells more."),
    "looks": Text("Look again"),
    "looks_intro": Text(
        "Fill in what you saw; with Tab and the first letters of a word. "
        "What is left empty stays due."
    ),
    "looked_from": Text("Looked from (country)"),
    "seen": Text("What was seen"),
    "looks_left": Text("Further ones, after these:"),
    "looks_button": Text("Put on record"),
    "no_looks": Text("Nothing is to be looked at."),
    "prepare": Text("Prepare"),
    "preview": Text("Preview"),
    "preview_intro": Text(
        "This is what would go out. Nothing is on record until you make the draft; "
        "only then it gets its number."
    ),
    "unprepared": Text("Newest judgments without a notice"),
    "none_unprepared": Text("No judgment waits in the folder of cases."),
    "subject": Text("Subject"),
    "warnings": Text("To be noted"),
    "mail": Text("Mail as text"),
    "is_prepared": Text("There is a notice of this case already:"),
    "send_too": Text("Send it as soon as it is approved and signed"),
    "prepare_button": Text("Make the draft"),
    "faults": Text("The judgment is not in order"),
    "faults_intro": Text("Nothing was made. All that is wrong:"),
    "send_button": Text("Send as soon as it is signed"),
    "send_asked": Text("It goes out as soon as it is approved and signed."),
    "look_again": Text("Open the page again"),
    "statistics": Text("Statistics"),
    "counted_at": Text("Counted (anew after ten minutes at most):"),
    "chart_said": Text("the figures are in the table below"),
    "year": Text("Year"),
    "as_of": Text("As of"),
    "code": Text("Code"),
}
"""What pages say."""

LABELS: Final[Mapping[str, str]] = {
    **KINDS,
    **OUTCOMES,
    **REQUESTS,
    "look": Text("Look again after five business days"),
    "look_in_january": Text("Look again at the end of January"),
    "reply": Text("Answers to deal with"),
    "bounce": Text("Mails that came back"),
    "approval": Text("Waiting for approval"),
    "doubt": Text("In doubt"),
    "certificate": Text("Certificates that end"),
    "status_ok": Text("In order"),
    "status_warning": Text("To be looked at"),
    "status_fault": Text("Broken"),
    "drafted": Text("Draft"),
    "held": Text("Signed, not sent"),
    "queued": Text("To be sent"),
    "sending": Text("Being sent"),
    "sent": Text("Sent"),
    "deferred": Text("To be tried again"),
    "failed": Text("Failed"),
    "in_doubt": Text("In doubt"),
    "delivered": Text("Delivered"),
    "bounced": Text("Came back"),
    "withdrawn": Text("Withdrawn"),
    "stage_connect": Text("connecting"),
    "stage_ehlo": Text("greeting (EHLO)"),
    "stage_starttls": Text("beginning of TLS (STARTTLS)"),
    "stage_auth": Text("login (AUTH)"),
    "stage_mail": Text("sender (MAIL FROM)"),
    "stage_rcpt": Text("recipient (RCPT TO)"),
    "stage_data": Text("text (DATA)"),
    "stage_end_of_data": Text("end of the text"),
    "assessor": Text("Assessor"),
    "checker": Text("Checker"),
    "operator": Text("Operator"),
    "auditor": Text("Auditor"),
    "administrator": Text("Administrator"),
    "passkey": Text("Passkey"),
    "certificate_key": Text("Certificate"),
    "approve": Text("Approved"),
    "reject": Text("Rejected"),
    "done": Text("Gone"),
    "on_hold": Text("On hold for the police"),
    "send_asked": Text("Asked to be sent"),
    "voided": Text("Number void"),
    "recovered": Text("Put in order after a stop"),
    "mail_delivery_status": Text("Delivery report"),
    "mail_bounce": Text("Mail that came back"),
    "mail_archive_copy": Text("Copy of the archive"),
    "mail_auto_reply": Text("Automatic reply"),
    "mail_reply": Text("Reply of a person"),
    "mail_unrelated": Text("Unrelated"),
    "approved": Text("Approved"),
    "rejected": Text("Rejected"),
    "numbered": Text("Numbered"),
    "prepared": Text("Signed"),
    "attempted": Text("Attempted"),
    "outcome": Text("Outcome"),
    "armed": Text("Sending began"),
    "evidence": Text("Evidence came in"),
    "exported": Text("Exported"),
    "resolved": Text("Settled"),
}
"""Words of the program as people read them."""
