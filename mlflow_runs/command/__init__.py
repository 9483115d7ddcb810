"""How commands speak with a person, and end."""
