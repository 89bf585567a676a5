"""What the pages for administrators show, by topic."""
