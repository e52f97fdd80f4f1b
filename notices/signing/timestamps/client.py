"""Time stamps (RFC 3161): asking the authorities in order, judging the answer."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from asn1crypto import algos, cms, core, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from notices.asn1_values import encoding_of
from notices.errors import StamperNotUsable, TimestampUnavailable, TryLater
from notices.messages import Text, listed
from notices.report import CLOCK_TOLERANCE
from notices.signing.moment import Clock
from notices.signing.public_keys import is_signed_by, public_key
from notices.signing.revocation.status import NO_ANSWERS, RevocationAnswers
from notices.signing.revocation.transport import (
    HttpTransport,
    LoginDemanded,
    Transport,
    TransportError,
    shown,
    within,
)
from notices.signing.unreadable import UNREADABLE, readable_certificates

QUERY = "application/timestamp-query"
PATIENCE = 60.0
"""Seconds for all authorities together."""

_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timestamp:
    """A token and what it says."""

    token: bytes = field(repr=False)
    """ContentInfo of the token, DER."""
    time: datetime
    """genTime."""
    accuracy: timedelta | None
    """How far off it may be; None if the authority does not say."""
    policy: str
    """OID of the authority's policy."""
    authority: str
    """URL that answered, without what may be secret in it."""
    answers: RevocationAnswers = field(default=NO_ANSWERS, repr=False)
    """Fresh answers on the authority's path, where it was judged."""


class Timestamper(Protocol):
    """Stamps a digest; TimestampUnavailable or StamperNotUsable if none can be had."""

    def stamp(self, digest: bytes) -> Timestamp:
        """A time stamp over a SHA-256 digest."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TimestampClient:
    """Asks one authority after the other until one answers properly."""

    urls: tuple[str, ...]
    """http or https addresses, the preferred one first."""
    transport: Transport = field(default_factory=HttpTransport)
    """How they are reached."""
    nonce: Callable[[], int] = lambda: secrets.randbits(64)
    """A fresh number for each request."""
    judge: Callable[[bytes], RevocationAnswers] | None = None
    """Gives fresh answers on the authority of a token, or raises TryLater or
    StamperNotUsable: then the next authority is asked. None: whoever answers is
    believed."""
    clock: Clock | None = None
    """Compared with what the stamp says; None: whatever it says is believed."""
    tolerance: timedelta = CLOCK_TOLERANCE
    """How far the authority's clock may differ, both ways."""

    def stamp(self, digest: bytes) -> Timestamp:
        """A time stamp over a SHA-256 digest.

        TimestampUnavailable if none answers; StamperNotUsable if all do, and none of
        them serves us or may be believed before the configuration is another.
        """
        reasons: list[str] = []
        may_pass = False
        hint = "check signing.timestamp_urls; nothing was sent, try again later"
        limited = within(self.transport, PATIENCE)
        for url in self.urls:
            try:
                return self._judged(self._ask(url, digest, limited))
            except TransportError as error:
                # names the address itself; the error would keep the connection open
                reasons.append(str(error))
                is_login = isinstance(error, LoginDemanded)
                may_pass = may_pass or not is_login
                hint = GIVE_LOGIN if is_login else hint
            except (BadAnswer, TryLater, StamperNotUsable) as error:
                may_pass = may_pass or not isinstance(error, StamperNotUsable)
                reasons.append(Text("{shown}: {error}", shown=shown(url), error=error))
                hint = _hint_of(error) or hint
        kind = TimestampUnavailable if may_pass else StamperNotUsable
        raise kind(
            Text(
                "no time-stamp authority answered properly: {reasons}",
                reasons=listed(reasons or ["none is configured"]),
            ),
            hint=hint,
        )

    def _ask(self, url: str, digest: bytes, transport: Transport) -> Timestamp:
        nonce, asked_at = self.nonce(), self.clock and self.clock()
        query = timestamp_query(digest, nonce)
        answer = transport.fetch(url, body=query, media_type=QUERY)
        stamp = read_answer(answer, digest, nonce, shown(url))
        if self.clock and asked_at:
            _require_same_time(stamp, asked_at, self.clock(), self.tolerance)
        return stamp

    def _judged(self, stamp: Timestamp) -> Timestamp:
        if self.judge is None:
            return stamp
        return replace(stamp, answers=self.judge(stamp.token))


class BadAnswer(Exception):
    """The authority's answer is not a time stamp for what was asked."""


class OtherTime(BadAnswer):
    """The authority's clock and ours differ by more than is tolerated."""


GIVE_LOGIN = (
    "give user and password: signing.timestamp_logins for an authority (401),"
    " signing.proxy_username for the proxy (407); nothing was sent"
)
SET_CLOCK = (
    "set this machine's clock (`timedatectl` tells whether it follows a time server);"
    " if it is right, use another authority; signing.clock_tolerance_seconds is how"
    " far two clocks may differ; nothing was sent"
)


def _hint_of(error: BadAnswer | TryLater | StamperNotUsable) -> str:
    """What to do about it, where that is known better than to try again."""
    if isinstance(error, TryLater | StamperNotUsable):
        return error.hint
    return SET_CLOCK if isinstance(error, OtherTime) else ""


def _require_same_time(
    stamp: Timestamp, asked_at: datetime, answered_at: datetime, tolerance: timedelta
) -> None:
    """OtherTime unless it was stamped between question and answer, as clocks differ."""
    ahead, behind = stamp.time - answered_at, asked_at - stamp.time
    if max(ahead, behind) <= tolerance:
        return
    way = "ahead of" if ahead > behind else "behind"
    raise OtherTime(
        Text(
            "its clock is {max} {way} this machine's, which says "
            "{answered_at:%F %T} UTC; {tolerance} are tolerated",
            max=_seconds(max(ahead, behind)),
            way=way,
            answered_at=answered_at,
            tolerance=_seconds(tolerance),
        )
    )


def _seconds(length: timedelta) -> str:
    return f"{length.total_seconds():.3f}".rstrip("0").rstrip(".") + " s"


def timestamp_query(digest: bytes, nonce: int) -> bytes:
    """TimeStampReq for a SHA-256 digest, with the authority's certificates, DER."""
    imprint = {
        "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
        "hashed_message": digest,
    }
    request = tsp.TimeStampReq(
        {"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    )
    return encoding_of(request)


class _Response(core.Sequence):  # type: ignore[misc]
    """TimeStampResp, whose token is there only if it was granted (RFC 3161, 2.4.2)."""

    _fields = [  # noqa: RUF012 - asn1crypto wants a list
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


def read_answer(answer: bytes, digest: bytes, nonce: int, authority: str) -> Timestamp:
    """The time stamp in a TimeStampResp; BadAnswer if it is not for this request."""
    try:
        response = _Response.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in {"granted", "granted_with_mods"}:
            raise BadAnswer(Text("it says {status}", status=status))
        return _read_token(response["time_stamp_token"], digest, nonce, authority)
    except UNREADABLE as error:
        raise BadAnswer("its answer is no time stamp") from error


def _read_token(
    token: cms.ContentInfo, digest: bytes, nonce: int, authority: str
) -> Timestamp:
    signed = token["content"]
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info":
        raise BadAnswer("its token holds no TSTInfo")
    info = content["content"].parsed
    imprint = info["message_imprint"]
    # RFC 3161, 2.2: imprint, algorithm and nonce are the requester's to check.
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        raise BadAnswer("its token uses another digest")
    if imprint["hashed_message"].native != digest:
        raise BadAnswer("its token is for other content")
    if info["nonce"].native != nonce:
        raise BadAnswer("its token is for another request")
    encoded = encoding_of(token)
    _require_signature(signed, content["content"], encoded)
    return Timestamp(
        token=encoded,
        time=info["gen_time"].native,
        accuracy=_accuracy(info["accuracy"]),
        policy=info["policy"].dotted,
        authority=authority,
    )


def _require_signature(
    signed: cms.SignedData, content: core.OctetString, token: bytes
) -> None:
    """The token is whole: its digest, and the signature of the certificate inside.

    Whether that certificate is trusted is asked where there are roots.
    """
    if len(signed["signer_infos"]) != 1:
        raise BadAnswer("its token has not exactly one signature")
    signer = signed["signer_infos"][0]
    name = signer["digest_algorithm"]["algorithm"].native
    if name not in _DIGESTS:
        raise BadAnswer(Text("its token is signed over {name}", name=name))
    algorithm = _DIGESTS[name]
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    digest = hashlib.new(name, bytes(content)).digest()
    if attributes["message_digest"][0].native != digest:
        raise BadAnswer("its token was changed after it was signed")
    # RFC 5652, 5.4: signed as an explicit SET OF.
    octets = b"\x31" + encoding_of(signer["signed_attrs"])[1:]
    key = public_key(token_signer(token)[0])
    if not is_signed_by(key, signer["signature"].native, octets, algorithm):
        raise BadAnswer("its token is not signed by the certificate inside")


def _accuracy(accuracy: tsp.Accuracy) -> timedelta | None:
    if not isinstance(accuracy, tsp.Accuracy):
        return None
    return timedelta(
        seconds=accuracy["seconds"].native or 0,
        milliseconds=accuracy["millis"].native or 0,
        microseconds=accuracy["micros"].native or 0,
    )


def token_certificates(token: bytes) -> tuple[x509.Certificate, ...]:
    """Those inside a token that can be read: the authority's and its chain."""
    signed = cms.ContentInfo.load(token)["content"]
    return tuple(readable_certificates(signed["certificates"]))


def token_signer(
    token: bytes,
) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The authority's certificate, and the other certificates of the token.

    BadAnswer if the token does not carry it (RFC 3161, 2.4.1: certReq).
    """
    signed = cms.ContentInfo.load(token)["content"]
    identifier = signed["signer_infos"][0]["sid"].chosen
    serial = identifier["serial_number"].native
    certificates = token_certificates(token)
    for one in certificates:
        if one.serial_number == serial:
            return one, tuple(rest for rest in certificates if rest is not one)
    raise BadAnswer("its token does not carry the authority's certificate")
