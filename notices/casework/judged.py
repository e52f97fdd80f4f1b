"""What a judgment tells of its case."""

from notices.casework.facts import Analysed
from notices.judgment import Judgment


def analysed(judgment: Judgment) -> Analysed:
    """The fact that it was made, without its time and teller."""
    return Analysed(
        category=judgment.category,
        found_on=judgment.found_on,
        source=judgment.source,
        provider_location=judgment.target.provider_location,
        server_location=judgment.target.server_location,
        hotline_country=judgment.hotline_country,
        edition=judgment.edition,
        urls=len(judgment.target.urls),
    )
