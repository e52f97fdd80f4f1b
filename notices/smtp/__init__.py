"""SMTP: one attempt at a time, stage by stage (RFC 5321).

A courier tells each stage before it is made, and gives the attempt with the reply that
decided it. What the server's answers mean for a delivery is in `notices.delivery`.
"""

from notices.smtp.courier import Courier, SmtpCourier
from notices.smtp.pool import Reuse
from notices.smtp.reaching import reach
from notices.smtp.relay import Relay, Timeouts
from notices.smtp.transport_security import Security

__all__ = ["Courier", "Relay", "Reuse", "Security", "SmtpCourier", "Timeouts", "reach"]
