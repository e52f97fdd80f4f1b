"""What `doctor` says of mailboxes: whose they can be, and who takes mail for them.

Here alone the domain name system is asked, for as long as `PATIENCE` says. What cannot
be asked is a warning: a site is looked at without a network, too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver
from email_validator import (
    EmailNotValidError,
    caching_resolver,
    validate_email,
)

from notices.addresses import address_fault, is_reserved
from notices.config import Config
from notices.errors import RefusedError
from notices.messages import Text
from notices.rules import Channel, RecipientEntry
from notices.site import reserved
from notices.site.doctor.checkup import Checkup, fault, warning

PATIENCE = 10.0
"""Seconds for all domains together."""
PATIENCE_WITH_ONE = 3
"""Seconds for one domain."""
AT_ONCE = 8
"""Domains that are asked for at once."""
_TAKES_NONE = Text("the domain takes no mail")
_NO_DOMAIN = Text("there is no such domain")
EXCHANGERS = "recipients: mail exchangers"


def examine_addresses(
    config: Config,
    open_directory: Callable[[], Mapping[str, RecipientEntry]],
    resolver: Resolver | None = None,
) -> Iterator[Checkup]:
    """Look at our own mailboxes and at those of the directory.

    resolver: whom to ask; None: the name servers of this machine.
    """
    yield from _own(config)
    yield from _of_recipients(config.smtp.host, open_directory, resolver)


def _own(config: Config) -> Iterator[Checkup]:
    own = (config.center.mailbox, config.archive.mailbox)
    if wrong := reserved.fault(config.smtp.host, own):
        hint = "set center.mailbox and archive.mailbox to your own"
        yield fault("mailboxes", RefusedError(wrong, hint=hint))
    user = config.inbox.username
    if "@" in user and (why := address_fault(user, is_own=True)):
        yield warning(
            "mailboxes",
            Text("inbox.username {user} {why}", user=user, why=why),
            "look at [inbox] username; a login name need not be an address",
        )


def _of_recipients(
    host: str,
    open_directory: Callable[[], Mapping[str, RecipientEntry]],
    resolver: Resolver | None,
) -> Iterator[Checkup]:
    domains: dict[str, list[str]] = {}
    for name, entry in open_directory().items():
        if entry.channel is not Channel.SMTP:
            continue
        if wrong := reserved.fault(host, entry.mailboxes):
            yield warning(f"recipients: {name}", wrong, "mend it in recipients.toml")
        for mailbox in entry.mailboxes:
            if not is_reserved(mailbox):
                domain = mailbox.rpartition("@")[2].lower()
                domains.setdefault(domain, []).append(name)
    yield from _exchangers(domains, resolver)


def _exchangers(
    domains: Mapping[str, Sequence[str]], resolver: Resolver | None
) -> Iterator[Checkup]:
    answers = _ask_all(domains, resolver)
    good = [domain for domain, answer in answers.items() if answer == ""]
    yield Checkup(
        name=EXCHANGERS,
        status="ok",
        detail=Text(
            "{count} of {total} domains take mail, names for examples aside",
            count=len(good),
            total=len(domains),
        ),
    )
    for domain, names in domains.items():
        if answer := answers.get(domain, ""):
            yield warning(
                EXCHANGERS,
                Text(
                    "{domain} ({fromkeys}): {answer}",
                    domain=domain,
                    fromkeys=", ".join(dict.fromkeys(names)),
                    answer=answer,
                ),
                "ask the provider for its address, and mend recipients.toml",
            )
    silent = [domain for domain in domains if domain not in answers]
    if silent:
        yield warning(
            EXCHANGERS,
            Text(
                "who takes mail for {silent} could not be asked",
                silent=", ".join(silent),
            ),
            "look at the network and the name servers of this machine",
        )


def _ask_all(
    domains: Mapping[str, Sequence[str]], resolver: Resolver | None
) -> dict[str, str]:
    """What was answered in time: why a domain takes no mail, or that it does."""
    if not domains:
        return {}
    try:
        ask = partial(_ask, resolver or caching_resolver(timeout=PATIENCE_WITH_ONE))
    except DNSException:
        return {}  # this machine has no name server
    pool = ThreadPoolExecutor(AT_ONCE)
    asked = {domain: pool.submit(ask, domain) for domain in domains}
    done, _ = wait(asked.values(), timeout=PATIENCE)
    pool.shutdown(wait=False, cancel_futures=True)
    return {
        domain: answer
        for domain, future in asked.items()
        if future in done
        for answer in [future.result()]
        if answer is not None
    }


def _ask(resolver: Resolver, domain: str) -> str | None:
    """Why nobody takes mail for a domain; empty: somebody does; None: no answer."""
    try:
        taken = validate_email(f"postmaster@{domain}", dns_resolver=resolver)
    except EmailNotValidError as refusal:
        is_answer = isinstance(refusal.__cause__, NXDOMAIN | NoAnswer | None)
        if not is_answer:
            return None
        is_there = not isinstance(refusal.__cause__, NXDOMAIN)
        return _TAKES_NONE if is_there else _NO_DOMAIN
    return "" if hasattr(taken, "mx") else None
