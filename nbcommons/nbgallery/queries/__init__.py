"""What clients of nbgallery are told."""
