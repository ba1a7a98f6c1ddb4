"""The shell around the engine: load, advance, save, and do what is owed. One file a use."""
