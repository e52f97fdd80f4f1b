"""Why an approval is not taken, or lets nothing out: a code for each."""

from notices.errors import InputError, RefusedError


class NotApproved(RefusedError):
    """The policy wants an approval, and there is none that holds."""

    code = "not-approved"


class NotDecided(RefusedError):
    """Whoever was asked said no, without rejecting it: it waits as before."""

    code = "not-decided"


class ApprovalRefused(RefusedError):
    """An approval that is not taken, or that is good no more; nothing goes out."""

    code = "approval-refused"


class MalformedStatement(InputError):
    """What was signed is not what we gave to be signed."""

    code = "approval-malformed"


class OtherLog(ApprovalRefused):
    """It is an approval of another centre's ledger."""

    code = "approval-other-log"


class OtherNotice(ApprovalRefused):
    """It is an approval of another number."""

    code = "approval-other-notice"


class OtherDraft(ApprovalRefused):
    """It approves other documents, an older letter for example."""

    code = "approval-other-draft"


class OtherEditions(ApprovalRefused):
    """It approves a letter of other templates, or of another catalogue."""

    code = "approval-other-editions"


class UnknownApprover(ApprovalRefused):
    """Nobody of that id is enrolled."""

    code = "approver-unknown"


class RevokedApprover(ApprovalRefused):
    """The key was revoked."""

    code = "approver-revoked"


class UnprovenApprover(ApprovalRefused):
    """The ledger has the person, and no administrator's signature stands beside it."""

    code = "approver-not-proven"


class OtherKind(ApprovalRefused):
    """Signed in the way of a passkey by a certificate's key, or the reverse."""

    code = "approver-other-kind"


class OtherKey(ApprovalRefused):
    """Signed with a key that is not the one enrolled, whatever name it bears."""

    code = "approver-other-key"


class OtherName(ApprovalRefused):
    """Enrolled under another name than the statement says."""

    code = "approver-name"


class WrongRole(ApprovalRefused):
    """The person is no checker."""

    code = "approver-role"


class ApproverIsAssessor(ApprovalRefused):
    """Nobody approves what he judged."""

    code = "approver-is-assessor"


class ApproverNotChecker(ApprovalRefused):
    """The judgment names another person as its checker."""

    code = "approver-not-checker"


class BadSignature(ApprovalRefused):
    """The signature does not belong to these octets: something was altered."""

    code = "approval-signature"


class TooEarly(ApprovalRefused):
    """It is older than the draft, or than the judgment."""

    code = "approval-too-early"


class TooLate(ApprovalRefused):
    """The notice was queued, sent or taken back before."""

    code = "approval-too-late"


class AheadOfTime(ApprovalRefused):
    """It is of a time that has not come."""

    code = "approval-ahead"


class Replayed(ApprovalRefused):
    """The very same approval is on record already."""

    code = "approval-replayed"


class NotOnRecord(ApprovalRefused):
    """The ledger does not know it: it did not come in as an approval does."""

    code = "approval-not-on-record"


class ApprovedBefore(ApprovalRefused):
    """There is an approval that holds; a second one says nothing more."""

    code = "approval-twice"


class Rejected(ApprovalRefused):
    """Somebody rejected it."""

    code = "approval-rejected"


class Expired(ApprovalRefused):
    """It is older than the policy lets it be."""

    code = "approval-expired"


class Stale(ApprovalRefused):
    """What it rests on has changed since."""

    code = "approval-stale"


class KeyInUse(ApprovalRefused):
    """The key was enrolled for another person."""

    code = "key-of-another"


class SelfEnrolment(ApprovalRefused):
    """Nobody enrols himself, but the first administrator."""

    code = "self-enrolment"
