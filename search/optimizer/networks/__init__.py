"""Networks that a space describes: their params, their costs, and candidates among them."""
