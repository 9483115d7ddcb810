"""MLflow's page: started on this machine alone, its addresses, and views that are prepared for a study."""
