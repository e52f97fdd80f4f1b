"""What the pages of templates say."""

from collections.abc import Mapping
from typing import Final

from notices.messages import Text

TEMPLATE_WORDS: Final[Mapping[str, str]] = {
    "templates": Text("Templates"),
    "templates_intro": Text(
        "Letters and mails are made from these. One person changes a text, another one "
        "accepts it; only then it is in use."
    ),
    "template_file": Text("File"),
    "template_from": Text("Whose"),
    "template_own": Text("Of this centre"),
    "template_shipped": Text("Of the program"),
    "template_accepted": Text("Accepted last"),
    "template_waits": Text("Waits for a second person"),
    "template_edit": Text("Edit"),
    "changes": Text("Changes"),
    "no_changes": Text("Nobody has proposed a change yet."),
    "change": Text("Change"),
    "change_by": Text("Changed by"),
    "decided": Text("Decided"),
    "change_open": Text("Waits for another person"),
    "change_accepted": Text("Accepted"),
    "change_rejected": Text("Rejected"),
    "change_withdrawn": Text("Withdrawn"),
    "template_text": Text("Text of the template"),
    "change_reason": Text("Reason for the change"),
    "check_button": Text("Check and preview"),
    "propose_button": Text("Propose to another person"),
    "findings": Text("Findings"),
    "findings_none": Text("The check finds nothing wrong."),
    "findings_some": Text(
        "This text cannot be used. Nothing was changed. All that is wrong:"
    ),
    "place": Text("Place"),
    "difference": Text("Difference to the text in use"),
    "difference_none": Text("There is no difference."),
    "template_preview": Text("The letter of the sample"),
    "template_mail": Text("The mail of the sample"),
    "change_stale": Text(
        "The file was changed after this was proposed: it can only be rejected or "
        "withdrawn."
    ),
    "change_own": Text("Another person decides on a change of your own."),
    "change_fresh": Text("To accept it, use your passkey again first."),
    "accept_button": Text("Accept: it is in use at once"),
    "reject_change_button": Text("Reject the change"),
    "withdraw_change_button": Text("Withdraw the change"),
    "template_back": Text("All templates"),
    "decided_by": Text("Decided by"),
}
"""By the names that pages use."""
