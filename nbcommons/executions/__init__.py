"""Run reports sent back from Jupyter, and their retention."""
