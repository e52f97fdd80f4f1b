"""Who may do what over HTTP: pure functions from a request to a decision."""
