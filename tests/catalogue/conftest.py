from tests.core.conftest import catalogue, center, composed

__all__ = ["catalogue", "center", "composed"]
