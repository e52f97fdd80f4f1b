"""The conversation with an IMAP server: its connection, its login, and its words."""
