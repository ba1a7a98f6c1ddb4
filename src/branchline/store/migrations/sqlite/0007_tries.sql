-- Tries of drafts: kept apart from interactions, for a day. `definition`: JSON of bot.model.Bot as it was tried.
create table try (
  id integer primary key,
  uuid text not null unique,
  token_hash blob not null,
  bot text not null,
  revision integer not null,
  node text not null,
  started_by text not null,
  created_at integer not null,
  definition text not null,
  files text not null,
  answers text not null
) strict;
create index try_created on try (created_at);

-- One row a turn; `interaction`: the record after it, so that going back is leaving rows out.
create table try_turn (
  try integer not null,
  number integer not null,
  at integer not null,
  first_entry integer not null,
  entries text not null,
  trace text not null,
  message_id text,
  interaction text not null,
  primary key (try, number),
  unique (try, message_id)
) strict, without rowid;

-- Files that visitors of tries sent.
create table try_file (
  id text primary key,
  try integer not null,
  name text not null,
  media_type text not null,
  size integer not null,
  created_at integer not null,
  content blob not null
) strict;
create index try_file_try on try_file (try);

-- What an endpoint of a draft answered last, in a try or in its test. `answer`: JSON.
create table recorded_answer (
  bot text not null,
  endpoint text not null,
  at integer not null,
  answer text not null,
  primary key (bot, endpoint)
) strict;

-- Walks: the tests of a bot, kept with its draft. `document`: JSON of walks.walk.Walk.
create table walk (
  bot text not null,
  name text not null,
  document text not null,
  saved_at integer not null,
  saved_by text not null,
  primary key (bot, name)
) strict;
