"""Text in, unit vectors out: every encoder keeps the contract in `base`."""
