"""Pages of bringing a notebook in, split by topic."""
