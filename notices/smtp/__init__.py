"""SMTP: one attempt at a time, stage by stage (RFC 5321)."""

from notices.smtp.courier import Courier, SmtpCourier
from notices.smtp.pool import Reuse
from notices.smtp.relay import Relay, Security, Timeouts

__all__ = ["Courier", "Relay", "Reuse", "Security", "SmtpCourier", "Timeouts"]
