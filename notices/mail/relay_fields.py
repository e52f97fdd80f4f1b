"""Names of header fields: those that servers and stores of mail add, and the others.

Whatever no list of harmless ones has is not harmless. Names come from RFC 5321, 6376,
8601, 8617, from what makers of servers and filters publish of theirs, and from mails as
they came through them, Japanese providers' among them. No client shows one of these as
words of the mail or does what it says; at most it moves a mail to another folder.
"""

import re


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


SAYING_THE_WAY = _names(
    """
    authentication-results authentication-results-original delivered-to
    delivery-date dmarc-filter domainkey-signature envelope-from envelope-to
    feedback-id lines original-recipient received received-spf return-path
    spamdiagnosticmetadata spamdiagnosticoutput status
    """
)
"""Names as they are, which tell of the way (RFC 5321, 6376, 8601) or of a filter."""
_OF_SERVERS = re.compile(r"(?:arc|dkim|ironport)-[a-z-]+|ms-exchange-[a-z0-9-]+")
_RELAYS = _names(
    """
    account-key alimail amz aol apparently-to auditid auth authenticated
    authentication authuser aws bmta client clientaddr clientproxiedby country
    delivered delivery-time deliveryagent dkimresult domainkeys dovecot env-from
    env-sender env-to envelope esmtp exchange exim forwarded-for forwarded-to helo
    hmailserver hmxmroriginalrecipient loop mail-from mail-gateway mail-system
    mailfrom mdaemon mdarrival-date mdhelolookup mdid mdorigin-country mdptrlookup
    mdrcpt-to mdremoteip message-delivery message-info mime-autoconverted mimeole
    mimetrack mpop mx orcpt-to original-helo original-ip original-message-id
    original-rcpt original-recipient original-sender original-to originalarrivaltime
    originally-to originating-email originating-ip originatororg outbound-mail-relay
    peer postfix powermta processed-by provags-id qmail queue-id rcpt received
    remote-host remote-ip resolved-to return-path rzg sasl sender-ip sendergroup
    senderip session-id sieve smp smtp smtpd source srs supanet tls trace zimbra
    """
)
"""What relays and servers call theirs, whoever made them."""
_SERVICES = _names(
    """
    apple-action apple-movetofolder apple-uuid bigfish clx cm cmae coremail
    crosspremisesheadersfiltered crosspremisesheaderspromoted entity-id
    eopattributedmessage eoptenantattributedmessage
    externalrecipientoutboundconnectors forefront gm gmail gmx google icl
    incomingheadercount incomingtopheadermarker ld-processed mail-ru mailgun mailru
    mandrill mantsh mc-unique me microsoft-antispam microsoft-exchange mj mras mru
    ms-exchange ms-has-attach ms-office365 ms-oob-tlc-oobclassifiers
    ms-publictraffictype ms-tnef-correlator ms-traffictypediagnostic naver ocn
    organizationheaderspreserved pm-message-id pobox qq rocket sendgrid ses sg-eid
    sg-id sid store-info toi tuid ui works yahoo yahoofilteredbulk yandex ymail
    ymailisg zoho zohomail
    """
)
"""Google, Microsoft, Apple, Yahoo, Amazon, Fastmail, LINE WORKS and other services."""
_FILTERS = _names(
    """
    amavis amp anti-abuse antiabuse asg attachment-scan avas avast avg barracuda
    bitdefender bogosity brightmail-tracker cloudmark cnfs-analysis crm114 ctch dcc
    drweb dspam email-security-gateway eset esetid esetresult f-secure fe feas
    fireeye fortimail fsecure gfi gfime grey greylist halon imss imsva ironport junk
    junkmail kas kaspersky klms kse ksmg mailassure mailcleaner mailcontrol mcafee
    messagelabs mimecast msg-ref mxl-hash mxl-notehash mxlogic nai nas ovh pmx
    policy porninfo proofpoint pstn purgate pyzor razor rbl recommended-action sbrs
    sea secumail sef sophos spasign starscan symantec symc tm tmase tmn vade vr
    webroot zscaler
    """
)
"""Makers of filters and scanners; those in Japan below."""
_IN_JAPAN = _names(
    """
    biglobe guardianwall md-class md-comment md-id md-learn nifty
    securitypolicycheck shieldmailchecker shieldmailcheckermailid
    shieldmailcheckerpolicyversion terrace
    """
)
"""BIGLOBE, @nifty, Fujitsu and filters sold to providers in Japan."""
_LISTS = _names("beenthere mailing-list mailman ml mlserver")
"""Programs of mailing lists, fml among them; List-* ask clients to do something."""
_OF_MAIL = _names("arc dkim dmarc spf")
"""What is told under names of their own too."""
FAMILIES = _RELAYS | _SERVICES | _FILTERS | _IN_JAPAN | _LISTS | _OF_MAIL
_FAMILY = re.compile(
    rf"x-(?:{'|'.join(sorted(map(re.escape, FAMILIES)))})(?:[-_.][a-z0-9._-]*)?"
)
"""`x-` and such a name, alone or with more behind a `-`, `_` or `.`."""
_PLAIN = re.compile(r"x-[a-z0-9._-]+")
_OF_SITES = ("spam", "virus", "scan", "filter")
"""In names that sites give to their filters (X-Example-MailScanner-SpamCheck)."""
_PRIVATE = re.compile(r"x-[!-9;-~]+")
"""Nobody but who added it knows what it is for."""

_WORDS = r"[A-Za-z0-9-]{1,35}(?:, ?[A-Za-z0-9-]{1,35}){0,8}"
_FLAGS = r"(?:(?:\$label[1-5]|\$?(?:Not|Non)?Junk|\$Forwarded|\$MDNSent)(?: +|$)){0,9}"
BY_VALUE = {
    "accept-language": re.compile(_WORDS),
    "acceptlanguage": re.compile(_WORDS),
    "content-language": re.compile(_WORDS),
    "content-length": re.compile(r"[0-9]{1,12}"),
    "content-transfer-encoding": re.compile(r"7bit|8bit"),
    "msip_labels": re.compile(""),
    "thread-index": re.compile(r"[A-Za-z0-9+/=]{1,998}"),
    "uid": re.compile(r"[0-9]{1,12}"),
    "x-keywords": re.compile(_FLAGS),
    "x-mozilla-keys": re.compile(_FLAGS),
    "x-mozilla-status": re.compile(r"[0-9A-Fa-f]{4}"),
    "x-mozilla-status2": re.compile(r"[0-9A-Fa-f]{8}"),
    "x-status": re.compile(r"[ADFRT]{0,5}"),
    "x-uid": re.compile(r"[0-9]{1,12}"),
    "x-uidl": re.compile(r"[!-~]{1,70}"),
}
"""Fields of Exchange and of mail stores that say nothing if they say just this."""
ACTED_ON = _names(
    """
    apple-base-url attribution auto-response-suppress comment comments
    confirm-reading-to draft-info errors-to face image-url importance label labels
    list-help list-post list-subscribe list-unsubscribe message-flag
    microsoft-classid microsoft-classification microsoft-classified
    mozilla-draft-info ms-reactions msmail-priority no-archive organization pmrqc
    precedence priority reply-to return-receipt-to sensitivity subject template
    uniform-type-identifier unsent unsubscribe url
    """
)
"""Outlook shows X-Message-Flag above the mail and opens X-Unsent as a draft; mutt shows
X-Label; Pegasus confirms for X-PMRQC; the others are older names of such fields."""


def is_trace(name: str) -> bool:
    """True for a field (in small letters) that servers add and no client acts on."""
    return (
        name in SAYING_THE_WAY
        or _OF_SERVERS.fullmatch(name) is not None
        or _FAMILY.fullmatch(name) is not None
        or _is_of_site(name)
    )


def _is_of_site(name: str) -> bool:
    # two steps: one pattern with a word in its middle tries each place of it
    is_plain = _PLAIN.fullmatch(name) is not None
    return is_plain and any(word in name for word in _OF_SITES)


def is_unknown(name: str) -> bool:
    """True for a private field of which nobody here can say what a client does."""
    return (
        _PRIVATE.fullmatch(name) is not None and name.removeprefix("x-") not in ACTED_ON
    )
