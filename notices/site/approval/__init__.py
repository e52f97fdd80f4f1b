"""Two pairs of eyes at a site: drafts that are signed, people, approvals."""
