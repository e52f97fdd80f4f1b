"""What pages say of acts on a case; the Japanese stands in the catalogue."""

from collections.abc import Mapping
from typing import Final

from notices.messages import Text

CASE_WORDS: Final[Mapping[str, str]] = {
    "steps": Text("What may be done next"),
    "step_escalate": Text("Ask the next rung"),
    "step_remind": Text("Ask again"),
    "step_correct": Text("Put the request right"),
    "step_withdraw": Text("Take back"),
    "step_intro": Text(
        "This is what would go out. Nothing is on record until you make the draft; "
        "only then it gets its number."
    ),
    "step_quiet": Text(
        "Nothing of it has gone out. It is withdrawn at once, it is never sent, and "
        "nobody is told."
    ),
    "step_follows": Text("Follows"),
    "step_takes": Text("Is taken back"),
    "step_overtaken": Text("Withdrawn with it, at once"),
    "step_earlier": Text("There is one already:"),
    "step_escalate_button": Text("Make the draft of the request"),
    "step_remind_button": Text("Make the draft of the reminder"),
    "step_correct_button": Text("Make the draft of the correction"),
    "step_withdraw_button": Text("Make the draft of the withdrawal"),
    "step_quiet_button": Text("Withdraw now"),
    "step_record": Text("It goes on record, and stands in no letter."),
    "step_fresh": Text("To take a notice back, use your passkey again first."),
    "step_no_mail": Text(
        "This recipient gets no mail: what is drafted is handed over by hand once it "
        "is signed."
    ),
    "waiting_title": Text("Drafts that wait for you"),
    "waiting_intro": Text(
        "Those to one recipient come together. After each decision the next one is "
        "shown; each draft has a signature of its own."
    ),
    "waiting_begin": Text("Begin with the first"),
    "waiting_count": Text("Wait for you"),
    "waiting_same": Text("Of these to this recipient"),
    "waiting_none": Text("No draft waits for you."),
    "waiting_later": Text("Later; show the next one"),
    "waiting_all": Text("All that wait for you"),
    "looks_taken": Text("Looks put on record just now:"),
    "looks_follow": Text("The next ones follow."),
    "looks_quicker": Text(
        "Somebody has looked at these since the page was opened; nothing was put on "
        "record. The others are still filled in: send them again."
    ),
    "waiting_decided": Text("Decided just now"),
}
"""What pages of the acts on a case say."""
