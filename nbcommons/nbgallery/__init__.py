"""Answers clients that were made for nbgallery, in the words of its protocol."""
