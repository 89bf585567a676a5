"""How long what people write about a notebook may be."""

TITLE_LENGTH = 200
PURPOSE_LENGTH = 1000
