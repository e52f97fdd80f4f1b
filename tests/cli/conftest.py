from tests.site.conftest import desk, received

__all__ = ["desk", "received"]
