"""Writes studies into MLflow and reads them back. A library: it knows no command line."""
