"""How good the search is, on queries that people judged. Imported by the command line only."""
