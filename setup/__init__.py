"""What `make` runs to make an environment, get a browser and check a contribution. Standard library only."""
