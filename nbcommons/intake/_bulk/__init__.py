"""Bringing many notebooks in at once, and taking them along: what is read, judged and told."""
