"""Reads of the room, split by page."""
