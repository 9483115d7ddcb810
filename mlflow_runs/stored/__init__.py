"""What MLflow holds: reaching a store, finding the runs of a study, reading them back, comparing them."""
