"""Pages of the room, and what the hub asks."""
