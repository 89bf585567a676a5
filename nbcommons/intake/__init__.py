"""How a notebook comes in: drafts, checks, publishing, bulk import."""
