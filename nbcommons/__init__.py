"""The Notebook Commons: the site, one folder per room (see ARCHITECTURE.md)."""
