"""What the pages of looking after a notebook show, split by topic."""
