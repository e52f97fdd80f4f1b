"""The folders of templates: those of the forms, and further kinds of notices."""
