"""Numbered, forward-only migrations, one folder a dialect. A released file is never changed: the next one follows it."""
