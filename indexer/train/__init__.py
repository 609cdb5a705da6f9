"""Makes the encoder that ships. A leaf: only the command line imports it; judged queries are never read."""
