"""What the page of a case says of proofs and bundles."""

from collections.abc import Mapping
from typing import Final

from notices.messages import Text

EVIDENCE_WORDS: Final[Mapping[str, str]] = {
    "ledger_of_case": Text("The ledger of this case"),
    "ledger_intro": Text(
        "Every event with its place in the ledger, and the SHA-256 of its leaf. With "
        "its proof anybody can check, without us, that it stands in the signed "
        "checkpoint."
    ),
    "checkpoint_is": Text("Newest signed checkpoint:"),
    "checkpoint_none": Text("No checkpoint was signed yet."),
    "entries": Text("entries"),
    "leaf_hash": Text("SHA-256 of the leaf"),
    "proof": Text("Proof"),
    "proof_file": Text("Proof (JSON)"),
    "proof_later": Text("With the next checkpoint"),
    "proof_whole": Text("All events with proofs (JSON)"),
    "bundle_title": Text("Signed evidence bundle"),
    "bundle_intro": Text(
        "One file a notice that proves all of it to anybody with the root certificate: "
        "letter, mail, events and proofs, signed by the centre. This console has no "
        "key: the signing process makes it, and it lies ready here for a day."
    ),
    "bundle_which": Text("Contents"),
    "bundle_whole": Text("Everything"),
    "bundle_redacted": Text("Without addresses and contents"),
    "bundle_button": Text("Ask for the bundle"),
    "bundle_unsigned": Text("No notice of this case is signed yet."),
    "bundle_waits": Text("Waits for the signing process"),
    "bundle_look": Text("Look whether it is ready"),
    "bundle_ready": Text("Ready to download"),
    "bundle_failed": Text("Not made"),
    "asked_at": Text("Asked"),
    "bundle": Text("Bundle"),
    "octets": Text("octets"),
}
"""By the names that templates use."""
