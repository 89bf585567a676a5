"""The list of actions, the rules, the guard, audience terms for search."""
