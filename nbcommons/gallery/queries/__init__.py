"""What each page of the gallery shows, as frozen values."""
