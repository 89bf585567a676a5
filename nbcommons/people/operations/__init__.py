"""What can be done to an account, by topic: joining, looking after accounts, one's own."""
