"""What can be done to a published notebook, split by topic."""
