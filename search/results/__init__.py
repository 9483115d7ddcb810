"""What a search has found, read from its study: networks, the front, tables and figures."""
