"""A word beside what a command tells: that everything is on hold."""

from notices.cli.output import warn
from notices.site import Site
from notices.site.access.holding import in_words


def warn_if_set_back(site: Site) -> None:
    """Say on standard error that the database may not know all that was done."""
    if doubt := site.parts.high_water.doubt():
        warn(doubt.message, doubt.hint)


def warn_if_held(site: Site) -> bool:
    """Say on standard error that nothing goes out; tells whether that is so."""
    held = site.rooms.access.holds.now()
    if held is not None:
        warn(in_words(held), 'nothing goes out until: notices release --reason "..."')
    return held is not None
