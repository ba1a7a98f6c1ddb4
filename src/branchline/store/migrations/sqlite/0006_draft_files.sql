-- Files that a draft may send, beside those of the bot's newest version.
create table draft_file (
  bot text not null,
  path text not null,
  size integer not null,
  saved_at integer not null,
  saved_by text not null,
  content blob not null,
  primary key (bot, path)
) strict;
