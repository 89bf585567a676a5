"""Speaks to a Notebook Commons: for programs, our command line and people's Jupyters."""
