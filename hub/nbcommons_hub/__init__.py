"""JupyterHub for a commons: sign-in at the site, one fresh and short-lived Jupyter per person."""
