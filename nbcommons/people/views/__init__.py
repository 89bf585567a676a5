"""Pages of accounts, by topic: joining, one's own settings, administration."""
