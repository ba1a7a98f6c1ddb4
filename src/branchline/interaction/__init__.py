"""The interaction: one visitor's conversation as plain data, its events, its effects and its transcript. Pure."""
