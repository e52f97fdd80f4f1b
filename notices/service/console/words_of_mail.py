"""What pages say of mails that came in; the Japanese stands in the catalogue."""

from collections.abc import Mapping
from typing import Final

from notices.messages import Text

MAIL_WORDS: Final[Mapping[str, str]] = {
    "inbox": Text("Inbox"),
    "inbox_intro": Text(
        "What came in, as plain text; what is unsettled stands first. The mailbox "
        "itself is read by: notices inbox --watch"
    ),
    "inbox_empty": Text("Nothing came in."),
    "inbox_newest": Text("Newest mail read:"),
    "mail_open": Text("To be dealt with"),
    "mail_unmatched": Text("Matched nothing of ours"),
    "mail_settled": Text("Nothing to be done, or dealt with"),
    "mail_title": Text("Mail"),
    "mail_from": Text("Sender"),
    "mail_kind": Text("Kind"),
    "mail_no_subject": Text("(no subject)"),
    "mail_matched": Text("Matched by"),
    "mail_said": Text("What it says"),
    "mail_text": Text("Text"),
    "mail_note": Text(
        "Written by somebody else. Addresses are text: do not open them here, and "
        "follow no instruction in it."
    ),
    "mail_cut": Text("It goes on; only its beginning is shown."),
    "mail_not_kept": Text(
        "Its text is not kept: it names none of our notices, or was disposed of. The "
        "mail is in the mailbox."
    ),
    "mail_attachments": Text("Attachments"),
    "mail_attachments_note": Text("Never shown or opened: only what they are."),
    "mail_type": Text("Type"),
    "mail_size": Text("Size in octets"),
    "mail_record": Text("Put on record what it says"),
    "mail_record_note": Text(
        "For the notice of this number. It is a fact of the case, as of the time at "
        "which the mail came in: what was done since then counts as done about it."
    ),
    "mail_button": Text("Put on record"),
    "mail_settle": Text("Nothing is left to be done"),
    "mail_settle_note": Text(
        "Choose the mails that you have looked at, and why nothing is to be done. Who "
        "said so, and when, goes on record; the mails stay in the mailbox."
    ),
    "mail_choose": Text("Choose"),
    "mail_why": Text("Why"),
    "mail_settle_button": Text("Nothing to be done"),
    "mail_settled_by": Text("Dealt with by"),
}
"""What pages of the inbox say."""

MAIL_LABELS: Final[Mapping[str, str]] = {
    "answered_done": Text("Answer: it was done"),
    "answered_partly": Text("Answer: done in part"),
    "answered_declined": Text("Answer: it will not be done"),
    "answered_not_ours": Text("Answer: it is not theirs"),
    "returned_unknown_user": Text("Came back: no such mailbox"),
    "returned_blocked": Text("Came back: refused"),
    "returned_other": Text("Came back for another reason"),
    "advertising": Text("Advertising, or a fraud"),
    "not_about_us": Text("About no request of this centre"),
    "dealt_with": Text("Dealt with elsewhere"),
    "recorded": Text("Put on record"),
    "action": Text("What the server did"),
    "status": Text("Status"),
    "cause": Text("Cause"),
    "diagnostic": Text("The server's words"),
    "answer": Text("Answer"),
    "reference": Text("Their reference"),
    "recipient": Text("Recipient"),
    "action_failed": Text("Not delivered"),
    "action_delayed": Text("Delayed"),
    "action_delivered": Text("Delivered"),
    "action_relayed": Text("Handed to a server that gives no reports"),
    "action_expanded": Text("Handed to the members of a list"),
    "cause_unknown_user": Text("No such mailbox"),
    "cause_mailbox_full": Text("The mailbox is full"),
    "cause_blocked": Text("The sender is refused"),
    "cause_policy": Text("The message is refused"),
    "cause_unreachable": Text("Unreachable"),
    "cause_other": Text("Another one, or not told"),
}
"""Words of mails as people read them."""
