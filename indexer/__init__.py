"""Offline: case files in, snapshot out. Knows no HTTP and never imports `search_api`."""
