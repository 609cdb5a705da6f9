"""Makes the encoder that ships. A leaf: only the command line imports it, and it never reads judged queries."""
