"""Whose passkeys a site takes: `[approval] rp_id` and `origin`."""

from notices.config import Config
from notices.verifying.approval.statement import RelyingParty


def relying_party(config: Config) -> RelyingParty | None:
    """The party that passkeys are asked by; None: none are used."""
    section = config.approval
    if not section.rp_id:
        return None
    return RelyingParty(rp_id=section.rp_id, origin=section.origin)
