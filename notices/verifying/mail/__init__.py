"""Signed mails: the numbered checks, the letter's copies, XARF and DOCX."""
