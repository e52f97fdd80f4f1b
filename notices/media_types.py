"""Media types of what we make and read (IANA), each once."""

PDF = "application/pdf"
JSON = "application/json"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT = "text/plain"
SIGNATURE = "application/pkcs7-signature"
"""RFC 8551, 3.2.2; ASiC-E takes it for CAdES, too (EN 319 162-1, 4.4.2)."""
TIME_STAMP_TOKEN = "application/vnd.etsi.timestamp-token"  # noqa: S105 - a media type
"""ETSI EN 319 162-1, annex A."""
