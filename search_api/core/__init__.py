"""The search itself. Knows no HTTP and no write side."""
