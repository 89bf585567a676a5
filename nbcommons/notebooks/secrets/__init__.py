"""Passwords, keys and personal details in the text of a notebook: found, named, blanked out."""
