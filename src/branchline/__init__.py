"""Branchline: decision-tree chatbots that ask your own systems."""

__version__ = "0.1.0"
