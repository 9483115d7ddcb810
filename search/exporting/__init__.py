"""`search.export`: from a network of the front to files for a device, with measured figures."""
