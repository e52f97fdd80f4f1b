"""What a site's `notices.toml` says of its page; no key is opened."""

from collections.abc import Sequence
from datetime import datetime
from ssl import DER_cert_to_PEM_cert
from urllib.parse import urlsplit

from notices.asn1_values import encoding_of
from notices.config import Config
from notices.errors import ConfigError, InputError
from notices.files import read_limited
from notices.messages import Text
from notices.service.verify_page.settings import Root, VerifyPage
from notices.verifying.cms.certificates import rfc4514
from notices.verifying.policy import read_policy

MOST_ROOT_OCTETS = 1 << 20


def page_of(
    config: Config,
    *,
    now: datetime,
    signers: Sequence[str] = (),
    log_keys: Sequence[str] = (),
) -> VerifyPage:
    """The page of a centre; ConfigError for a root that cannot be read.

    signers: mailboxes or SHA-256 digests of certificates that may sign besides the
    centre's mailbox, such as an earlier one. log_keys: of the ledger (`log.pub`).
    """
    center = config.center
    trust = tuple(_root(config, name) for name in config.signing.trust)
    expected = (center.mailbox, *signers)
    policy = read_policy(trust=trust, at=now, signers=expected, log_keys=log_keys)
    return VerifyPage(
        trust=trust,
        roots=tuple(
            Root(
                subject=rfc4514(one.subject),
                sha256=one.sha256.hex(),
                pem=DER_cert_to_PEM_cert(encoding_of(one)),
            )
            for one in policy.anchors
        ),
        signers=expected,
        log_keys=tuple(log_keys),
        center=center.name,
        center_en=center.name_en,
        mailbox=center.mailbox,
        phone=center.phone,
        phone_international=center.phone_international,
        base=urlsplit(center.verification_page).path.rstrip("/"),
    )


def _root(config: Config, name: str) -> bytes:
    try:
        return read_limited(config.resolve(name), MOST_ROOT_OCTETS)
    except InputError as error:
        raise ConfigError(
            Text("signing.trust: {error}", error=error.message),
            hint="name the file of the root certificate that recipients have",
        ) from error
