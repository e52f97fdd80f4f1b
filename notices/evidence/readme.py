"""README.txt of a bundle: what is in it, and how anybody checks it."""

README = """\
This file proves one notice of an internet hotline centre. It is an ASiC-E container
(ETSI EN 319 162-1) with a CAdES signature; any ZIP program opens it.

documents/     the judgment, the letter (PDF with its own signature, DOCX, text), the
               mail as it was sent and notice.json. In a redacted bundle they are left
               out; the ledger then still commits to them.
received/      delivery reports and replies, as they came in; named by the entry of the
               log that commits to them.
ledger/        record.json: every event as the exact leaf of the centre's log, with its
               inclusion proof (RFC 9162) and what opens its commitments. Each leaf
               names the one before. checkpoint.txt: the log's signed checkpoint (C2SP
               tlog-checkpoint); log.pub: the log's public key.
evidence/      certificates, CRLs and OCSP answers of the signers and of the time-stamp
               authorities.
META-INF/      the manifest with the SHA-256 of every file, the signature, and archive
               time stamps added later.

To check all of it, without network, with the centre's root certificate:

  notices verify THIS-FILE --trust root.pem --log-key log.pub --signer MAILBOX

Take root.pem, log.pub and the mailbox from a place of your own, not from this file:
compare them with what the centre publishes.

To check parts of it with other programs, in a folder where it was unpacked:

  openssl cms -verify -binary -inform DER -in META-INF/signature.p7s \\
    -content META-INF/ASiCManifest.xml -CAfile root.pem -purpose any -out /dev/null
  openssl cms -verify -in documents/message.eml -CAfile root.pem -out /dev/null
  sha256sum documents/*      (compare with META-INF/ASiCManifest.xml, base64 there)
"""
