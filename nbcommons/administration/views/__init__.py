"""Pages for administrators, by topic."""
