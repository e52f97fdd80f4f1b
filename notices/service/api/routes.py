"""Every route of the API: what the dispatcher and the OpenAPI document go by."""

from notices.service.api.routes_giving import GIVING
from notices.service.api.routes_taking import TAKING
from notices.service.api.routing import Routes

ROUTES = Routes((*TAKING, *GIVING))
"""The routes: first those that take something."""
