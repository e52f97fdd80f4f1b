"""Verifying: numbered checks on a mail or a PDF, offline, without key or store."""
