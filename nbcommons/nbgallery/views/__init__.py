"""What clients ask for, and the page that they hand over to."""
