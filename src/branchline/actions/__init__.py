"""What a node can do: one file per action, and `table`, which names them. Pure."""
