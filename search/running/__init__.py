"""`search.run`: one search from start to end."""
