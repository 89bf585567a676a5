"""Pages for administrators: what the site is made of, whether its parts are well, what was done."""
