"""What a relay may do to the outside of a mail: harmless by name, or misleading.

openssl accepts all of these, as the signed part is untouched.
"""

import base64
import re
import subprocess
from email.header import decode_header, make_header

import pytest

from notices.report import CheckStatus, SubIndication, Verdict
from notices.verifying import verify
from tests.verifying.genuine import Mail
from tests.verifying.pki import JUDGED_AT, world

GENUINE = Mail(world()).build()


def above(*lines):
    return lambda mail: b"".join(line + b"\r\n" for line in lines) + mail


def swapped(pattern, new):
    """Change the first match, which is outside: the header comes first."""
    return lambda mail: re.sub(pattern, lambda _: new, mail, count=1)


def outer(name):
    return re.search(
        rb"^" + name + rb": ((?:.|\r\n[ \t])*)\r\n", GENUINE, re.MULTILINE
    )[1]


SUBJECT, DATE = outer(b"Subject"), outer(b"Date")


def with_subject(new):
    return lambda mail: mail.replace(b"Subject: " + SUBJECT, b"Subject: " + new, 1)


def with_date(new):
    return lambda mail: mail.replace(b"Date: " + DATE, b"Date: " + new, 1)


def b_words(text, charset="utf-8"):
    octets = base64.b64encode(text.encode(charset))
    return b"=?" + charset.encode() + b"?B?" + octets + b"?="


def q_words(text):
    octets = "".join(f"={one:02X}" for one in text.encode()).encode()
    return b"=?utf-8?Q?" + octets + b"?="


SHOWN = str(make_header(decode_header(SUBJECT.decode().replace("\r\n", ""))))
STORES = (
    b"Content-Length: 81234",
    b"Content-Language: ja-JP",
    b"Content-Transfer-Encoding: 7bit",
    b"Accept-Language: ja-JP, en-US",
    b"acceptlanguage: ja-JP",
    b"Thread-Index: AQHc0m1nJvQ=",
    b"msip_labels:",
    b"UID: 4711",
    b"IronPort-PHdr: A9a23:abc",
    b"IronPort-SDR: abc",
    b"Authentication-Results-Original: mx.example; none",
    b"Envelope-From: <notice@hotline.example.jp>",
)
"""Exchange, Cisco, Exim and stores of mail add these to what they pass on or keep."""
TRACES = (
    b"Received: from a by b; Mon, 15 Jun 2026 12:00:00 +0900",
    b"Return-Path: <notice@hotline.example.jp>",
    b"Delivered-To: abuse@provider.example",
    b"Envelope-To: abuse@provider.example",
    b"X-Original-To: abuse@provider.example",
    b"Authentication-Results: mx.example; dkim=pass",
    b"Received-SPF: pass",
    b"DKIM-Signature: v=1; a=rsa-sha256; b=AAAA",
    b"ARC-Seal: i=1; b=AAAA",
    b"ARC-Message-Signature: i=1",
    b"ARC-Authentication-Results: i=1; none",
    b"DomainKey-Signature: a=rsa-sha1",
    b"X-Spam-Status: No",
    b"X-MS-Exchange-Organization-SCL: -1",
    b"X-Google-DKIM-Signature: v=1",
    b"X-Forefront-Antispam-Report: CIP:192.0.2.1",
    b"Delivery-Date: Mon, 15 Jun 2026 12:00:00 +0900",
    b"Status: RO",
    b"Lines: 812",
    b"Original-Recipient: rfc822;abuse@provider.example",
)
ON_THE_WAY = (
    b"X-Received: by 2002:a05::1 with SMTP id 1",
    b"X-Gm-Message-State: AOJu0Yw=",
    b"X-Google-Smtp-Source: AGHT+Ig=",
    b"X-Gmail-Labels: Inbox",
    b"X-MS-Has-Attach: yes",
    b"X-MS-TNEF-Correlator:",
    b"X-MS-PublicTrafficType: Email",
    b"X-MS-TrafficTypeDiagnostic: TY1:EE_",
    b"X-MS-Office365-Filtering-Correlation-Id: 1",
    b"X-Microsoft-Antispam: BCL:0;",
    b"X-Microsoft-Antispam-Message-Info: AAAA",
    b"X-Microsoft-Exchange-Diagnostics: 1;TY1",
    b"X-EOPAttributedMessage: 0",
    b"X-OriginatorOrg: provider.example",
    b"X-OriginalArrivalTime: 15 Jun 2026 03:00:00.0 (UTC)",
    b"X-ClientProxiedBy: TY1.example To TY2.example",
    b"X-IncomingTopHeaderMarker: OriginalChecksum:A;",
    b"SpamDiagnosticOutput: 1:99",
    b"X-Spam_score: -2.6",
    b"X-Example-MailScanner-SpamCheck: not spam",
    b"X-Virus-Scanned: clamav at provider.example",
    b"X-Rspamd-Queue-Id: 1",
    b"X-Barracuda-Spam-Score: 0.00",
    b"X-ASG-Debug-ID: 1",
    b"X-Proofpoint-Virus-Version: vendor=baseguard",
    b"X-Mimecast-Spam-Score: 0",
    b"X-Brightmail-Tracker: AAAA",
    b"X-AuditID: c0000201",
    b"X-FEAS-Client-IP: 192.0.2.1",
    b"X-FE-Policy-ID: 1:1:1:SYSTEM",
    b"X-KSMG-AntiPhishing: Clean",
    b"X-purgate-type: clean",
    b"X-CMAE-Envelope: MS4",
    b"X-CLX-Response: 1",
    b"X-TM-AS-Product-Ver: IMSS-9.1",
    b"X-TM-AS-GCONF: 00",
    b"X-TMASE-MatchedRID: AAAA",
    b"X-SecurityPolicyCheck-GC: OK by FENCE-Mail",
    b"X-ShieldMailCheckerPolicyVersion: POLICY200130",
    b"X-Nifty-SrcIP: [192.0.2.1]",
    b"X-Biglobe-VirusCheck: Mon, 15 Jun 2026 12:00:00 +0900",
    b"X-Biglobe-spamcheck: 0.00%",
    b"X-OCN-SPAM-CHECK: 0.00%",
    b"X-TERRACE-SPAMMARK: NO (SR:8.34) (by Terrace)",
    b"X-MD-Class: normal",
    b"X-Works-Smtp-Source: AAAA",
    b"X-Originating-IP: 192.0.2.1",
    b"X-SES-Outgoing: 2026.06.15-192.0.2.1",
    b"Feedback-ID: 1.ap-northeast-1.AAAA:AmazonSES",
    b"X-ME-Received: <xmr:AAAA>",
    b"X-Sieve: CMU Sieve 3.0",
    b"X-MIMETrack: Itemize by SMTP Server on mail/EXAMPLE",
    b"X-BeenThere: abuse@provider.example",
    b"X-Mailman-Version: 2.1.39",
    b"X-ML-Name: abuse",
    b"X-Account-Key: account1",
    b"X-UIDL: 0000004b6a1b2c3d",
    b"X-Mozilla-Status: 0001",
    b"X-Mozilla-Status2: 00000000",
    b"X-Mozilla-Keys: $label1 NonJunk   ",
    b"X-Keywords:        ",
    b"X-Status: A",
    b"X-BigFish: VPS-47",
    b"X-Zoho-Virus-Status: 1",
    b"X-Mailru-Intl-Transport: d,1",
    b"X-SEF-Processed: 7_0_0",
    b"X-Outbound-Mail-Relay-Queue-ID: AAAA",
    b"X-RZG-CLASS-ID: mo00",
)
"""As they stand in mails that came through Gmail, Exchange, filters, Japanese providers,
mailing lists and Thunderbird's folders."""
UNKNOWN = (
    b"X-Gateway-7: passed",
    b"X-Evil: 1",
    b"X-Mailer: withdrawn",
    b"X-Sender: evil@evil.example",
    b"X-Spamless+: 1",
    b"X-Googled: 1",
    b"X-Withdrawn: yes",
    b"X-Microsoft-Notice: withdrawn",
)
"""Private names of which nobody here knows what a client does with them."""
HARMLESS = {
    **{f"trace {line.split(b':')[0].decode()}": (above(line), "trace") for line in TRACES},
    **{f"on the way {line.split(b':')[0].decode()}": (above(line), "trace") for line in ON_THE_WAY},
    "twelve Received": (above(*TRACES[:1] * 12), "received (12)"),
    "UTF-8 in a trace field": (above("X-Filter: 検査済".encode()), "ASCII"),
    "Latin-1 in a trace field": (above(b"X-Filter: gepr\xfcft"), "ASCII"),
    "a trace field of 5000 octets": (above(b"X-Spam-Report: " + b"a" * 5000), "trace"),
    "MIME-Version dropped": (swapped(rb"MIME-Version: 1\.0\r\n", b""), "MIME-Version"),
    "Date in Japan": (with_date(b"Mon, 15 Jun 2026 12:00:00 +0900"), "zone"),
    "Date as GMT": (with_date(b"Mon, 15 Jun 2026 03:00:00 GMT"), "zone"),
    "Date without a weekday": (with_date(b"15 Jun 2026 03:00:00 +0000"), "zone"),
    "a tag": (with_subject(b"[abuse] " + SUBJECT), "tagged: [abuse]"),
    "two tags": (with_subject(b"[ext][abuse] " + SUBJECT), "tagged"),
    "an encoded tag": (with_subject(b"=?utf-8?B?W+Wklumdol0=?= " + SUBJECT), "tagged"),
    "a tag with a blank less": (with_subject(b"[ext]" + SUBJECT), "tagged"),
    "another Message-ID": (
        swapped(rb"Message-ID: [^\r]*", b"Message-ID: <1@relay.example>"),
        "Message-ID was replaced by <1@relay.example>",
    ),
    "From folded": (swapped(rb"From: ", b"From:\r\n "), ""),
    "a field folded with a tab": (swapped(rb"\r\nTo: ", b"\r\nTo:\r\n\t"), ""),
    "names in capitals": (swapped(rb"Subject:", b"SUBJECT:"), ""),
    "LF throughout": (lambda mail: mail.replace(b"\r\n", b"\n"), ""),
    "blank lines at the end": (lambda mail: mail + b"\r\n\r\n", ""),
    **{f"{line.split(b':')[0].decode()} by value": (above(line), "trace") for line in STORES},
    "Subject as Q": (with_subject(q_words(SHOWN)), "written anew"),
    "Subject in ISO-2022-JP": (with_subject(b_words(SHOWN, "iso-2022-jp")), "written anew"),
    "a tag before a subject as Q": (with_subject(b"[ext] " + q_words(SHOWN)), "tagged"),
    "From in quotes": (swapped(rb"From: Example Hotline <", b'From: "Example Hotline" <'), "anew"),
    "From as a word": (swapped(rb"From: Example Hotline <", b"From: =?utf-8?Q?Example_Hotline?= <"), "anew"),
    "Thread-Topic as the subject": (above(b"Thread-Topic: " + q_words(SHOWN)), "trace"),
    "Date with the name of its zone": (with_date(b"Mon, 15 Jun 2026 12:00:00 +0900 (JST)"), "zone"),
}  # fmt: skip
ADDED = (
    b"X-Message-Flag: this mail is a forgery",
    b"X-Unsent: 1",
    b"X-Label: withdrawn",
    b"X-PMRQC: 1",
    b"X-Reply-To: evil@evil.example",
    b"Thread-Topic: withdrawn",
    b"Content-Length: see below",
    b"Content-Transfer-Encoding: base64",
    b"Content-Language: ja (withdrawn)",
    b"msip_labels: Enabled=true; Name=Withdrawn",
    b"List-Unsubscribe: <https://evil.example/>",
    b"List-Post: <mailto:evil@evil.example>",
    b"Disposition-Notification-To: evil@evil.example",
    b"Return-Receipt-To: evil@evil.example",
    b"Errors-To: evil@evil.example",
    b"X-Confirm-Reading-To: evil@evil.example",
    b"X-Priority: 1",
    b"X-Face: AAAA",
    b"X-Image-URL: https://evil.example/a.png",
    b"X-Unsubscribe: https://evil.example/",
    b"Importance: high",
    b"Priority: urgent",
    b"Sensitivity: private",
    b"Autocrypt: addr=evil@evil.example",
    b"Organization: National Police Agency",
    b"Comments: this is a forgery",
    b"Keywords: withdrawn",
    b"Supersedes: <1@hotline.example.jp>",
    b"Obsoletes: <1@hotline.example.jp>",
    b"Expires: Mon, 15 Jun 2020 12:00:00 +0900",
    b"Reply-By: Mon, 15 Jun 2020 12:00:00 +0900",
    b"Author: evil@evil.example",
    b"Followup-To: evil@evil.example",
    b"Mail-Followup-To: evil@evil.example",
    b"Face: AAAA",
    b"BIMI-Indicator: AAAA",
    b"Auto-Submitted: auto-replied",
    b"X-Auto-Response-Suppress: All",
    b"X-Microsoft-Classification: withdrawn",
    b"X-Uniform-Type-Identifier: com.example.mail-draft",
    b"X-List-Unsubscribe: <https://evil.example/>",
    b"X-MSMail-Priority: High",
    b"X-Organization: National Police Agency",
    b"X-Mozilla-Draft-Info: internal/draft; receipt=1",
)
MISLEADING = {
    **{f"{line.split(b':')[0].decode()} added": above(line) for line in ADDED},
    "Reply-To added": above(b"Reply-To: evil@evil.example"),
    "another References": swapped(rb"References: <", b"References: <1@evil.example> <"),
    "another Subject": with_subject(b"=?utf-8?B?5Y+W5LiL44GS?="),
    "words before the subject": with_subject(b"Withdrawn: " + SUBJECT),
    "words after the subject": with_subject(SUBJECT + b" [withdrawn]"),
    "words between tags": with_subject(b"[a] withdrawn [b] " + SUBJECT),
    "a tag of a line": with_subject(b"[" + b"a" * 200 + b"] " + SUBJECT),
    "a tag that turns the line": with_subject(b_words("[\u202e] ") + b" " + SUBJECT),
    "a tag that nobody sees": with_subject(b_words("[\u200b] ") + b" " + SUBJECT),
    "a tag with a NUL": with_subject(b_words("[\0] ") + b" " + SUBJECT),
    "tags that push the subject away": with_subject(b"[a] " * 40 + SUBJECT),
    "a subject in a charset that few have": with_subject(b_words(SHOWN, "shift_jis")),
    "a broken word before the subject": with_subject(b"=?utf-8?B?W1g====?= " + SUBJECT),
    "a Date with another in a comment": with_date(b"Mon, 15 Jun 2026 03:00:00 +0000 (1 Jan 2020)"),
    "a Date with another behind it": with_date(b"Mon, 15 Jun 2026 03:00:00 +0000 1 Jan 2020"),
    "a Date of two digits": with_date(b"Mon, 15 Jun 26 03:00:00 +0000"),
    "a Date of another weekday": with_date(b"Sun, 15 Jun 2026 03:00:00 +0000"),
    "a Date with dashes": with_date(b"Mon, 15-Jun-2026 03:00:00 +0000"),
    "another mailbox in From": swapped(rb"(?m)^From: ([^<]*)<[^>]*>", b"From: Example Hotline <evil@evil.example>"),
    "a second later": with_date(b"Mon, 15 Jun 2026 03:00:01 +0000"),
    "the same digits in another zone": with_date(b"Mon, 15 Jun 2026 12:00:00 +0000"),
    "a Date without a zone": with_date(b"Mon, 15 Jun 2026 12:00:00 -0000"),
    "no Date at all": with_date(b"yesterday"),
    "another name in From": swapped(rb"From: [^<]*<", b"From: Police <"),
    "another To": swapped(rb"\r\nTo: [^\r]*", b"\r\nTo: other@provider.example"),
}  # fmt: skip


def judged(mail):
    return verify(mail, trust=[world().root.pem], at=JUDGED_AT)


def of(report, name):
    (found,) = (one for one in report.findings if one.id == name)
    return found


def test_the_mail_as_it_was_sent_is_unchanged():
    assert of(judged(GENUINE), "M23").detail == "unchanged"


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_is_told_and_changes_no_verdict(name):
    change, told = HARMLESS[name]
    mail = change(GENUINE)
    assert mail != GENUINE
    report = judged(mail)
    assert report.verdict is Verdict.TOTAL_PASSED, [
        one for one in report.findings if one.status is CheckStatus.FAILED
    ]
    assert told in of(report, "M23").detail


@pytest.mark.parametrize("name", MISLEADING)
def test_what_misleads_is_refused_by_name(name):
    mail = MISLEADING[name](GENUINE)
    assert mail != GENUINE
    report = judged(mail)
    assert report.verdict is Verdict.TOTAL_FAILED
    assert of(report, "M01").status is CheckStatus.PASSED
    assert of(report, "M23").status is CheckStatus.FAILED


@pytest.mark.parametrize(
    "line", [*UNKNOWN, b"X-Mozilla-Keys: withdrawn", b"X-Mozilla-Status: yes"]
)
def test_a_field_that_nobody_knows_is_named_and_no_verdict(line):
    """All that began with X- was harmless, but for twelve names (ADR 0029)."""
    report = judged(above(line)(GENUINE))
    (told,) = (one for one in report.findings if one.sub_indication)
    assert report.verdict is Verdict.INDETERMINATE
    assert (told.id, told.sub_indication) == ("M23", SubIndication.GENERIC)
    name = line.partition(b":")[0].decode().lower()
    assert f"a field {name} was added that nobody here knows" in told.detail


def test_what_misleads_decides_and_what_nobody_knows_is_told_too():
    report = judged(above(UNKNOWN[0], b"Importance: high")(GENUINE))
    assert report.verdict is Verdict.TOTAL_FAILED
    assert "x-gateway-7" in of(report, "M23").detail


@pytest.mark.parametrize("name", ["trace Received", "a tag", "another Message-ID"])
def test_openssl_says_the_same_of_the_signed_part(name, tmp_path):
    """It knows no header protection, so what misleads is all the same to it."""
    root, mail = tmp_path / "root.pem", tmp_path / "mail.eml"
    root.write_bytes(world().root.pem)
    mail.write_bytes(HARMLESS[name][0](GENUINE))
    at = str(int(JUDGED_AT.timestamp()))
    words = ["openssl", "cms", "-verify", "-in", mail, "-CAfile", root]
    done = subprocess.run(
        [*words, "-attime", at, "-out", tmp_path / "out"],
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr
