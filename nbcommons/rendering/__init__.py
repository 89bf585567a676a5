"""Safe HTML of a revision and the sandboxed view of it."""
