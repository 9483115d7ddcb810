"""What the user sees in MLflow."""
