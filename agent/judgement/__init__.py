"""The decision model: pure, no language, no clock, no I/O beyond its own tables."""
