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

------------------------------------------------------------------------------

このファイルは、インターネット・ホットラインセンターの一つの依頼を証明する。CAdES署名のある
ASiC-E（ETSI EN 319 162-1）で、どのZIPソフトでも開ける。

documents/     判断、依頼書（PDF、DOCX、テキスト）、送信したメール及び notice.json。一部を除いた
               証拠一式にはないが、台帳がその内容を約束している。
received/      届いたままの配送結果と返信。
delivery.json  送信の試行と、サーバーの応答（台帳の版1のとき）。
ledger/        record.json: すべての記録と、台帳に含まれることの証明（RFC 9162）。
               checkpoint.txt: 署名付きのチェックポイント。log.pub: 台帳の公開鍵。
evidence/      署名者とタイムスタンプ局の証明書、CRL及びOCSP応答。
META-INF/      全ファイルのSHA-256のマニフェスト、署名、後から加えた保存用タイムスタンプ。

センターのルート証明書だけで、通信せずに検証できる。

  notices verify THIS-FILE --lang ja --trust root.pem --log-key log.pub

root.pem と log.pub は、このファイルからではなく、センターが公表する場所から取り、比べること。
"""  # noqa: E501 - a wide character counts as two
