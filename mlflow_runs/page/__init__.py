"""MLflow's page: for this machine alone, and open at a study."""
