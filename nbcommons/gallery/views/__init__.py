"""Pages of the gallery, by topic: notebooks and lists of them, people, teams, organisations."""
