"""The doctor: each part of a site tried for itself."""

from notices.site.doctor.checkup import Checkup
from notices.site.doctor.examination import examine

__all__ = ["Checkup", "examine"]
