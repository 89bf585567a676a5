"""What every room stands on: actor, facts, jobs, errors, page helpers. Names no room."""
