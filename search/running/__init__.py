"""`search.run`: what is searched, by whom, and what is said of it."""
