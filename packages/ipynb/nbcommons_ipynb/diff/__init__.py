"""What changed between two notebooks: cells aligned, then lines, then words; and back again."""
