-- On which sites a bot's chat was seen, for who installs it.
create table seen (
  bot text not null,
  origin text not null,
  at integer not null,
  primary key (bot, origin)
) strict;
