"""Where interactions are kept: one port, several stores, one conformance suite for all."""
