"""Settings, root addresses, and the wiring of facts to jobs."""
