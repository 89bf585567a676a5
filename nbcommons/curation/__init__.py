"""Looking after a published notebook: its description, sharing, owner, deprecation, the bin."""
