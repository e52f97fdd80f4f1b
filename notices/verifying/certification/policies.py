"""Certificate policies of a path (RFC 5280, 6.1): the graph that rules of a CA ask for.

Loaded where such a rule stands: pyhanko-certvalidator and asyncio would be a good part
of the time in which a process that verifies begins.
"""

from datetime import datetime, timedelta

from pyhanko_certvalidator import ValidationContext, errors
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.validate import async_validate_path

from notices.messages import Text
from notices.running import complete
from notices.verifying.certification.building import Path
from notices.verifying.certification.profile import CONSTRAINTS, refuse


def check(path: Path, moment: datetime, tolerance: timedelta) -> None:
    """By pyhanko-certvalidator. Refusal."""
    anchor = CertTrustAnchor(path[-1], derive_default_quals_from_cert=True)
    context = ValidationContext(
        trust_roots=[anchor],
        moment=moment,
        allow_fetching=False,
        time_tolerance=tolerance,
        revinfo_policy=CertRevTrustPolicy(_NO_CHECK),
    )
    walked = ValidationPath(anchor, interm=path[1:-1][::-1], leaf=path[0])
    try:
        complete(async_validate_path(context, walked))
    except (errors.ValidationError, errors.PathError, NotImplementedError) as error:
        said = Text("the path does not keep to its policies")
        raise refuse(CONSTRAINTS, said, path[0]) from error


_NO_CHECK = RevocationCheckingPolicy(
    RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK
)
