"""A study: what is searched, a trial's life in it, and what it holds."""
