"""Commands that concern several rooms."""
