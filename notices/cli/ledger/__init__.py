"""`notices ledger`: checkpoints, proofs, the check of the whole log, and its copies."""

from notices.cli.ledger.checking import verify
from notices.cli.ledger.continuing import consistency
from notices.cli.ledger.group import ledger
from notices.cli.ledger.issuing import checkpoint, export, forks, key, prove
from notices.cli.ledger.publishing import publish

for _command in (checkpoint, consistency, export, forks, key, prove, publish, verify):
    ledger.add_command(_command)

__all__ = ["ledger"]
