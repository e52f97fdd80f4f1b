"""Drafts in the database: what may follow them, and what they are without."""

import sqlite3
from contextlib import closing

import pytest

from notices.delivery import IllegalTransition, State
from notices.errors import RefusedError
from notices.ledger import read_entry
from notices.store import Artifact, DraftedNotice, SignedDraft, StoredDrafts
from tests.store.conftest import NOW, reserve
