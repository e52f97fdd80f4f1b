"""Whether a certificate was good at one moment, by all that was answered.

A known revocation is never thrown away: any authentic answer counts against a
certificate, of whatever age, kind and strength. Good it is only by an answer that is
strong, of the right scope, and no older than the policy allows for that moment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from asn1crypto import x509

from notices.asn1_values import encoding_of
from notices.messages import Text
from notices.report import SubIndication
from notices.signs import plain
from notices.verifying.certification.signatures import is_signed_by, sealed
from notices.verifying.checks import Refusal
from notices.verifying.cms.certificates import key_octets, rfc4514, same_name
from notices.verifying.revocation import lists, responses
from notices.verifying.revocation.statements import (
    COMPROMISED,
    HOLD,
    Answers,
    RevocationStatement,
    Rules,
    Said,
    Subject,
)

MAX_REASONS = 3
"""Why answers prove nothing good; no more are told."""


def check(
    path: tuple[x509.Certificate, ...],
    answers: Answers,
    moment: datetime,
    rules: Rules,
    stamped: datetime | None = None,
) -> None:
    """Nobody on the path was revoked at `moment`, and answers prove it. Refusal.

    stamped: what a time-stamp authority's token says, if the path is that of one: then
    an end for a harmless reason after it does not matter (RFC 3161, 4).
    """
    about = [
        (subject, list(statements(subject, answers, moment, rules)))
        for subject in subjects(path, answers)
    ]
    # whoever is revoked is told before whoever is not known
    for place, (subject, known) in enumerate(about):
        spared = stamped if place == 0 else None
        _check_known(subject, known, moment, rules, spared, is_signer=place == 0)
    for place, subject in _same_keys(path, answers):
        lost = [
            one
            for one in statements(subject, answers, moment, rules)
            if one.reason in COMPROMISED
        ]
        _check_known(subject, lost, moment, rules, None, is_signer=place == 0)
    for subject, known in about:
        _check_good(subject, known, moment, rules)


def _same_keys(
    path: tuple[x509.Certificate, ...], answers: Answers
) -> Iterator[tuple[int, Subject]]:
    """Other certificates of keys on the path: a lost key is lost in each of them."""
    for place, owner in enumerate(path[:-1]):
        key = key_octets(owner)
        for other in answers.certificates:
            if key_octets(other) == key and other.sha256 != owner.sha256:
                for issuer in dict.fromkeys((*path[place + 1 :], *answers.anchors)):
                    named = same_name(issuer.subject, other.issuer)
                    if named and is_signed_by(sealed(encoding_of(other)), issuer):
                        yield place, Subject(certificate=other, issuer=issuer, above=())


def subjects(path: tuple[x509.Certificate, ...], answers: Answers) -> Iterator[Subject]:
    """Everybody on the path below the root."""
    for place in range(len(path) - 1):
        yield Subject(
            certificate=path[place],
            issuer=path[place + 1],
            above=path[place + 2 :],
            others=answers.certificates,
        )


def statements(
    subject: Subject, answers: Answers, moment: datetime, rules: Rules
) -> Iterator[RevocationStatement]:
    """Everything authentic that was answered; who answers has to be good as well."""
    crls, ocsps = answers.revocation.crls, answers.revocation.ocsps
    for statement, publisher in lists.published(subject, crls):
        lister = _delegate(subject, publisher)
        is_bad = lister is not None and _is_known_bad(lister, answers, moment)
        yield (
            replace(statement, unfit="its signer was revoked") if is_bad else statement
        )
    for statement, responder in responses.statements(subject, ocsps):
        if statement.unfit or responder.is_issuer:
            yield statement
            continue
        about = replace(subject, certificate=responder.certificate)
        is_good = responses.is_excused(responder) or any(
            _proves(each, about, moment, rules)
            for each in lists.statements(about, crls)
        )
        # that nobody has to vouch for it does not make good what is known against it
        if is_good and not _is_known_bad(about, answers, moment):
            yield statement
        else:
            yield replace(statement, unfit="nobody vouches for its responder")


def _delegate(subject: Subject, publisher: lists.Publisher) -> Subject | None:
    """Whom somebody named for lists, as one who can be revoked; None: the issuer."""
    named_by = publisher.by
    if named_by is None:
        return None
    authorities = (subject.issuer, *subject.above)
    place = authorities.index(named_by)
    return Subject(
        certificate=publisher.certificate,
        issuer=named_by,
        above=authorities[place + 1 :],
        others=subject.others,
    )


def _is_known_bad(about: Subject, answers: Answers, moment: datetime) -> bool:
    """Whether any list or answer has one who answers for others."""
    return any(each.speaks_against(moment) for each in _said_of(about, answers))


def _said_of(about: Subject, answers: Answers) -> Iterator[RevocationStatement]:
    yield from lists.statements(about, answers.revocation.crls)
    for statement, _ in responses.statements(about, answers.revocation.ocsps):
        yield statement


def turns(
    path: tuple[x509.Certificate, ...], answers: Answers, rules: Rules
) -> Iterator[datetime]:
    """The moments at which what `check` says may change."""
    others = (one for _, one in _same_keys(path, answers))
    for subject in (*subjects(path, answers), *others):
        oldest = rules.oldest_about(subject)
        for statement in _said_of(subject, answers):
            yield from statement.turns(oldest)
        for about in _delegates(subject, answers):
            for each in _said_of(about, answers):
                yield from each.turns(rules.oldest)


def _delegates(subject: Subject, answers: Answers) -> Iterator[Subject]:
    """Others than the issuer who answered about it."""
    for _, publisher in lists.published(subject, answers.revocation.crls):
        if (lister := _delegate(subject, publisher)) is not None:
            yield lister
    for _, responder in responses.statements(subject, answers.revocation.ocsps):
        if not responder.is_issuer:
            yield replace(subject, certificate=responder.certificate)


def _check_known(
    subject: Subject,
    known: Iterable[RevocationStatement],
    moment: datetime,
    rules: Rules,
    stamped: datetime | None,
    *,
    is_signer: bool,
) -> None:
    found = list(known)
    for statement in found:
        if not statement.speaks_against(moment):
            continue
        if stamped is not None and statement.spares_stamps_of(stamped):
            continue
        if statement.reason == HOLD and _is_lifted(
            statement, subject, found, moment, rules
        ):
            continue
        kind = (
            SubIndication.REVOKED_NO_POE
            if is_signer
            else SubIndication.REVOKED_CA_NO_POE
        )
        raise Refusal(
            kind,
            Text(
                "{who} was revoked at {since:%Y-%m-%d %H:%M:%S%z}, says {source}",
                who=_name(subject),
                since=statement.effective,
                source=statement.source,
            ),
        )


def _is_lifted(
    hold: RevocationStatement,
    subject: Subject,
    known: Iterable[RevocationStatement],
    moment: datetime,
    rules: Rules,
) -> bool:
    """A hold ended if a complete answer after it, before the moment, has none."""
    return any(
        hold.this_update < one.this_update <= moment
        and one.said is Said.GOOD
        and _proves(one, subject, one.this_update, rules)
        for one in known
    )


def _check_good(
    subject: Subject,
    known: Iterable[RevocationStatement],
    moment: datetime,
    rules: Rules,
) -> None:
    reasons: list[str] = []
    for statement in known:
        if _proves(statement, subject, moment, rules):
            return
        reasons.append(f"{statement.source}: {_why_not(statement, subject, rules)}")
    raise Refusal(
        SubIndication.TRY_LATER,
        Text(
            "no fresh revocation answer about {who} ({reasons}); "
            "hand one over as evidence",
            who=_name(subject),
            reasons="; ".join(reasons[:MAX_REASONS]) or "there is none at all",
        ),
    )


def _proves(
    statement: RevocationStatement, subject: Subject, moment: datetime, rules: Rules
) -> bool:
    """Whether an answer that does not speak against it proves that it was good."""
    return (
        statement.said is not Said.UNKNOWN
        and not statement.unfit
        and not rules.is_ahead(statement.this_update)
        and statement.is_fresh(moment, rules.tolerance, rules.oldest_about(subject))
        and (statement.said is Said.REVOKED or _said_in_time(statement, subject))
    )


def _said_in_time(one: RevocationStatement, subject: Subject) -> bool:
    """RFC 5280, 3.3; RFC 6960, 4.4.4: after its end a certificate may be forgotten."""
    end: datetime = subject.certificate.not_valid_after
    return one.produced_at <= end


def _why_not(statement: RevocationStatement, subject: Subject, rules: Rules) -> str:
    if statement.unfit:
        return statement.unfit
    if rules.is_ahead(statement.this_update):
        return "it is newer than the time of judging"
    if statement.said is Said.UNKNOWN:
        return "it says that the certificate is unknown"
    if not _said_in_time(statement, subject):
        return "it is newer than the certificate's end"
    return "it is too old"


def _name(subject: Subject) -> str:
    return plain(rfc4514(subject.certificate.subject), 80)
