"""From a judgment to a signed notice, or to a preview of it."""
