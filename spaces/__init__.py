"""The networks that can be built, and what each costs."""
