"""Tags and filters that templates of every room may load."""
