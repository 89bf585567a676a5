"""Working on notebooks together: stars, and changes suggested to those who look after them."""
