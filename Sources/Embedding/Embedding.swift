// Text to unit vectors.
