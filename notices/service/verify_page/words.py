"""What the page says: English templates; the Japanese stands in the catalogue."""

from collections.abc import Callable, Mapping
from typing import Final

from notices.codec.languages import load_texts
from notices.messages import Text, told
from notices.report import CheckStatus, SubIndication

WORDS: Final[Mapping[str, str]] = {
    "title": "Check whether a document is genuine",
    "result": Text("Result of the check"),
    "intro": (
        "This page tells whether a request by mail, a letter (PDF) or an evidence "
        "file really comes from {center}, and whether anything in it was changed."
    ),
    "drop": "Choose files, or drop them here",
    "kinds": (
        "Mails (.eml), letters (.pdf), evidence files (.asice), notice.json. Up to "
        "{files} at once, {mebibytes} megabytes in all."
    ),
    "how": (
        "A mail is checked as a file: in your mail program choose “Save as” or "
        "“Show original”. A mail that was forwarded or copied is another one."
    ),
    "submit": Text("Check"),
    "kept": (
        "Files are checked in memory and forgotten with the answer. Nothing is "
        "written down. This page never asks for a password, money or personal data."
    ),
    "again": Text("Check other files"),
    "skip": Text("To the content"),
    "badge_passed": Text("Genuine"),
    "badge_failed": Text("Not genuine"),
    "badge_indeterminate": Text("Cannot be told"),
    "badge_none": Text("Cannot be checked"),
    "passed": (
        "“{file}” was signed by the key of {center} ({mailbox}), and nothing in it "
        "was changed."
    ),
    "failed": "Do not treat “{file}” as coming from {center}.",
    "indeterminate": "Whether “{file}” comes from {center} cannot be told here.",
    "none": "“{file}” is none of the kinds of files that can be checked.",
    "compare": (
        "To be sure of the key, telephone {phone} and compare these fingerprints "
        "(SHA-256). Take the number from a source that you know, not from the file."
    ),
    "fingerprint_signer": "Of the certificate that signed",
    "fingerprint_root": (
        "Of the root certificate {subject}; letters print it at their end"
    ),
    "why": Text("What decided"),
    "facts": Text("What the file says"),
    "claimed": "What the file claims (nobody has proven it)",
    "number": Text("Number"),
    "date": Text("Date"),
    "recipient": Text("Recipient"),
    "signer": Text("Signer"),
    "from": Text("Mailbox in the certificate"),
    "signed_at": "Signed at, by the signer's clock",
    "proves": Text("What this proves"),
    "proves_not": "What this does not prove",
    "story": "What happened, and what it rests on:",
    "ending": "Delivery, by the last event: {state}.",
    "ring": (
        "If it matters to you, telephone {phone} and ask. Take the number from a "
        "source that you know, not from the file."
    ),
    "checks": "What was checked, by number: {passed} of {count} passed",
    "check": Text("What is checked"),
    "outcome": Text("Result"),
    "detail": Text("Detail"),
    "json": "Result for programs (JSON)",
    "json_file": Text("Save the JSON"),
    "report": "Save the report (PDF)",
    "means": "What a signature proves, and what not",
    "means_yes": (
        "A signature proves that the holder of the key made this document, and that "
        "not a character of it was changed since. With a time stamp it also proves "
        "that it existed at that time."
    ),
    "means_no": (
        "A signature does not prove that what the document says is right, that "
        "anybody received it, or that anybody must do what it asks for."
    ),
    "without": (
        "Without this page: take the root certificate from {center}, compare its "
        "fingerprint by telephone, and run: notices verify FILE --trust root.pem"
    ),
    "root": "Root certificate (PEM)",
    "refused": Text("That did not work"),
    "too_large": "That is too much: {mebibytes} megabytes in all at most.",
    "too_many": "Up to {files} files can be checked at once.",
    "too_slow": "It took too long to come in. Please try again.",
    "too_often": "Several of your checks are still under way. Please wait for them.",
    "busy": "Too many checks are under way. Please try again in a minute.",
    "no_file": "No file was chosen.",
    "bad_form": "What was sent could not be read as a form.",
    "bad_kind": "Files are sent by the form of this page (multipart/form-data).",
    "foreign": "Another page sent this. Please choose the files on this page.",
    "not_found": "There is no such page.",
    "bad_method": "This page cannot be used in that way.",
    "our_fault": "Something went wrong here. Please try again, or telephone {phone}.",
    "too_long": "The result is too long to be shown; no file of ours has such a one.",
}
"""Key to the English template; names in braces are filled in for each file."""

STATUSES: Final[Mapping[CheckStatus, str]] = {
    CheckStatus.PASSED: Text("passed"),
    CheckStatus.FAILED: Text("FAILED"),
    CheckStatus.INDETERMINATE: Text("not decided"),
    CheckStatus.SKIPPED: Text("not checked"),
}

REASONS: Final[Mapping[SubIndication, str]] = {
    SubIndication.FORMAT_FAILURE: (
        "It is not written as the centre writes its files: somebody else made it, "
        "or it was damaged or changed on the way."
    ),
    SubIndication.HASH_FAILURE: "Its content was changed after it was signed.",
    SubIndication.SIG_CRYPTO_FAILURE: "The signature does not belong to this content.",
    SubIndication.REVOKED: "The certificate had been revoked when it signed.",
    SubIndication.EXPIRED: "The certificate had expired when it signed.",
    SubIndication.NOT_YET_VALID: "The certificate was not valid yet when it signed.",
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND: "There is no certificate of a signer.",
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND: (
        "The signer's certificate does not lead to the centre's root: anybody can "
        "make such a certificate, under any name."
    ),
    SubIndication.TRY_LATER: (
        "Nothing at hand says whether the certificate was revoked meanwhile."
    ),
    SubIndication.REVOKED_NO_POE: (
        "The certificate was revoked since, and nothing proves that the file is "
        "older than that."
    ),
    SubIndication.REVOKED_CA_NO_POE: (
        "An authority of the certificate was revoked since, and nothing proves that "
        "the file is older than that."
    ),
    SubIndication.OUT_OF_BOUNDS_NO_POE: (
        "The certificate has expired since, and nothing proves when it signed. Ask "
        "the centre for the evidence file."
    ),
    SubIndication.SIGNED_DATA_NOT_FOUND: (
        "Something that was signed is not in the file, or nothing in it is signed. "
        "Choose the whole mail (.eml), if you have it."
    ),
}
"""For a layman; for others the check's own words suffice."""
OTHER_SIGNER: Final = "It was signed by somebody else than {center}."
UNSIGNED_DATA: Final = (
    "notice.json has no signature of its own. Choose the mail that it came with (.eml)."
)


def teller(language: str) -> Callable[[str], str]:
    """Puts a text into `ja` or `en`."""
    texts = load_texts(language)
    return lambda text: told(text, texts)


def spoken(language: str, values: Mapping[str, object]) -> Callable[..., str]:
    """Gives the sentence of a key in a language.

    say = spoken("ja", {"center": ..., "phone": ...})
    say("passed", file="mail.eml")
    """
    tell = teller(language)

    def say(key: str, **more: object) -> str:
        return tell(Text(WORDS[key], **{**values, **more}))

    return say
