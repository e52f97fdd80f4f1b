"""Why an approval is not taken, or lets nothing out: a code for each."""

from notices.errors import RefusedError


class NotApproved(RefusedError):
    """The policy wants an approval, and there is none that holds."""

    code = "not-approved"
