"""Networks on devices: file formats with their runtimes, and latency."""
