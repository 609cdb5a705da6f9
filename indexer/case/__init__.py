"""The bottom room: what a case is. It imports nothing of the project but `indexer.errors`."""
