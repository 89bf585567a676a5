"""What a notebook file is: reading, cleaning, describing and showing it, without any framework."""
