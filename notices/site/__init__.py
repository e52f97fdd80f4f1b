"""The site: opens a `notices.toml` and wires the rooms."""
