"""From here on cases tell what earlier versions made and sent.

The facts are written after the tables stand as the program knows them
(`store.casework.adopting`), in the same transaction; this says that it was done.
"""

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Change no table."""
