"""The history of a notebook: its versions, what changed between two, an older one again."""
