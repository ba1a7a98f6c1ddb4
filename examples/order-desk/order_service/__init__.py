"""A small shop's order service: the system that the example bot asks."""
