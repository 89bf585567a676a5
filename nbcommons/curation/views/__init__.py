"""Pages of looking after a notebook, split by topic."""
