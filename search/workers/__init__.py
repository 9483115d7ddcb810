"""Workers train networks: in processes of this machine, or on a Ray cluster."""
