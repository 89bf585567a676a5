"""The one command: starts, watches and stops every process of a commons."""
