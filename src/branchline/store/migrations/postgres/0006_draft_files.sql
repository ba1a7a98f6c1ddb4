-- Files that a draft may send, beside those of the bot's newest version.
create table draft_file (
  bot text not null,
  path text not null,
  size bigint not null,
  saved_at bigint not null,
  saved_by text not null,
  content bytea not null,
  primary key (bot, path)
);
