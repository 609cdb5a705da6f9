"""The immutable published index: one folder a build, and a pointer to the one in force."""
