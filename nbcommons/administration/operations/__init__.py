"""What administrators do besides looking after people: notices, tags, jobs, exports of the log."""
