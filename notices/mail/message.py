"""The whole message: put together, read back, compared with what was meant."""

from collections.abc import Iterator
from email import message_from_bytes, policy

from notices.errors import RefusedError
from notices.mail.entity import Headers, multipart_signed
from notices.mail.errors import MalformedMessage
from notices.mail.headers import decode_address, decode_text
from notices.mail.split import MICALGS, SplitMessage, split
from notices.messages import Text


def message(
    headers: Headers,
    entity: bytes,
    signature: bytes,
    *,
    boundary: str,
    digest: str = "sha256",
) -> bytes:
    """What is sent: the entity as it was signed, and its detached CMS signature.

    `headers` are those that the entity was made with, `digest` is the signature's:
    `sha256` or `sha384`. InputError for a boundary
    that stands in the entity; RefusedError if what was written does not read back
    as what was meant.
    """
    octets = multipart_signed(
        headers, entity, signature, boundary=boundary, micalg=MICALGS[digest]
    )
    try:
        parts = split(octets)
        faults = list(_faults(parts, octets, headers))
    except MalformedMessage as error:
        raise _refused(error.reason) from error
    if parts.entity != entity or parts.signature != signature or faults:
        raise _refused("; ".join(faults) or "the parts differ")
    return octets


def _refused(reason: str) -> RefusedError:
    return RefusedError(
        Text("the mail does not read back as it was meant: {reason}", reason=reason),
        hint="the entity and the message need the same headers",
    )


def _faults(parts: SplitMessage, octets: bytes, headers: Headers) -> Iterator[str]:
    meant = {
        "From": (headers.from_name, headers.from_mailbox),
        "To": (headers.to_name, headers.to_mailbox),
    }
    for name, address in meant.items():
        if decode_address(parts.values(name)[0]) != address:
            yield Text("{name} differs", name=name)
    if decode_text(parts.values("Subject")[0]) != headers.subject:
        yield "Subject differs"
    for name, value in parts.protected_headers:
        if parts.values(name) != (value,):
            yield Text("{name} differs between outside and the signed part", name=name)
    # An injected field would be seen by a parser that is not ours. Its names only:
    # decoding values is where the standard library had its fault.
    head = octets.partition(b"\r\n\r\n")[0]
    seen = message_from_bytes(head, policy=policy.compat32).keys()
    if seen != [name for name, _ in parts.headers]:
        yield "another parser sees other fields"
