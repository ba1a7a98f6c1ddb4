"""What the author drew: the bot file as data, reading and writing it, its issues and its migrations. Pure."""
