"""The database under the store: SQLite or PostgreSQL, its schema and migrations."""

from notices.store.database import access_tables as access_tables
from notices.store.database import approval_tables as approval_tables
from notices.store.database import bundle_tables as bundle_tables
from notices.store.database import casework_tables as casework_tables
from notices.store.database import console_tables as console_tables
from notices.store.database import disposal_tables as disposal_tables
from notices.store.database import draft_tables as draft_tables
