"""Walks: conversations that are played again as tests of a bot, and every turn explained. Pure."""
