"""The pages that join rooms: home, browse, notebook, person. No tables."""
