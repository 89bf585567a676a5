"""What people see of it, by topic: stars, suggested changes."""
