"""Letters: one template, one model, written as text, PDF and DOCX."""
