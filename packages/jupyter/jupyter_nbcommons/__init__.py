"""The Jupyter side of the Notebook Commons: opens notebooks and reports runs of cells."""
