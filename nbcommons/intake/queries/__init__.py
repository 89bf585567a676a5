"""Drafts as their author sees them, and what they are compared with, by topic."""
