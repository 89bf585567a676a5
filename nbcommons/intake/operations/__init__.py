"""What can be done with what comes in, by topic: drafts, publishing, bulk import."""
