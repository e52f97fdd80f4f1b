"""The letter as PDF/A-2b, tagged: faces, lines, page, table and archival metadata."""
