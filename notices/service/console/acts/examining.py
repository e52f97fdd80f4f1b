"""What works and what does not, as the console's process sees it."""

from notices.service.console.asking import ConsolePage, ConsoleRequest

_ORDER = ("fault", "warning", "ok")


def show_doctor(request: ConsoleRequest) -> ConsolePage:
    """A line for each part of the site, what is to be mended first."""
    found = request.site.rooms.access.checkups()
    found.sort(key=lambda one: _ORDER.index(one.status))
    counts = [(status, sum(one.status == status for one in found)) for status in _ORDER]
    return ConsolePage(
        template="doctor.html", values={"checkups": found, "counts": counts}
    )
