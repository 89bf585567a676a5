"""What people do with a notebook that is another's, by topic: stars, suggested changes."""
