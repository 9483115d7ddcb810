"""A Gaussian process of log losses, and what it says of an expected gain: arrays in, arrays out. It knows no trial."""
