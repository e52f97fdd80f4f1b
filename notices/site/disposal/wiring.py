"""What a disposer is made of, from the parts of a site."""

from functools import partial
from typing import TYPE_CHECKING

from notices.site import configured
from notices.site.approval.party import relying_party
from notices.site.casework.settings import retention_policy
from notices.site.disposal.confirming import Confirmations
from notices.site.disposal.disposer import Disposer
from notices.site.disposal.persons import Sign, nobody_signs
from notices.site.disposal.places import places_outside
from notices.site.disposal.record_file import DisposalRecord
from notices.site.disposal.sweeping import Swept, sweep
from notices.store.disposal import StoredDisposals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from notices.site.parts import Parts


def make_disposer(parts: "Parts", *, sign: Sign = nobody_signs) -> Disposer:
    """Make it; `sign` is where the keys of people come in (`persons.Sign`)."""
    config, store = parts.config, parts.store
    policy = retention_policy(config)
    name = config.outbox.disposals
    disposals = StoredDisposals(store.engine, store.ledger, by=store.by)
    return Disposer(
        disposals=disposals,
        confirmations=Confirmations(
            decided=disposals.decided, party=relying_party(config)
        ),
        policy=policy,
        record=DisposalRecord(config.resolve(name) if name else None),
        high_water=parts.high_water,
        log=configured.log_origin(config),
        by=store.by,
        places=lambda: tuple(places_outside(config, policy, parts.clock())),
        sweep=partial(_sweep, parts),
        require_whole=parts.rollback.require_none,
        sign=sign,
        clock=parts.clock,
    )


def _sweep(
    parts: "Parts", case_ids: "Sequence[str]", numbers: "Sequence[str]"
) -> Swept:
    config = parts.config
    return sweep(
        config.directory,
        config.resolve(config.cases.directory),
        case_ids=case_ids,
        numbers=numbers,
        passed_over=tuple(configured.own_paths(config)),
    )
