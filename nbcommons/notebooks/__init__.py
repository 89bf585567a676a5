"""The catalogue: notebook, revision, cell, tag, stored bytes. No pages."""
