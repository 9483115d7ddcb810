"""How a network runs on a device: file formats with their runtimes, and latency."""
