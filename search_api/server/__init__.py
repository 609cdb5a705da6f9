"""HTTP: thin routes over `search_api.core`, JSON under /api/v1 and pages elsewhere."""
