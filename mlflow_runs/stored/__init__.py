"""What MLflow holds: reaching a store, what is in it, and whether that is right."""
