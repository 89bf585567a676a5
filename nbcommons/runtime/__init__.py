"""Everybody's own Jupyter: starting it, watching it, opening a notebook in it."""
