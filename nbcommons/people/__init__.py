"""Who is here: persons, how they sign in, what programs may do in their name."""
