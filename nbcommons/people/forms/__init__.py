"""The forms of accounts, by topic: joining, one's own settings, sign-in."""
