-- Tries of drafts: kept apart from interactions, for a day. `definition`: JSON of bot.model.Bot as it was tried.
create table try (
  id bigint primary key,
  uuid text not null unique,
  token_hash bytea not null,
  bot text not null,
  revision bigint not null,
  node text not null,
  started_by text not null,
  created_at bigint not null,
  definition text not null,
  files text not null,
  answers text not null
);
create index try_created on try (created_at);

-- One row a turn; `interaction`: the record after it, so that going back is leaving rows out.
create table try_turn (
  try bigint not null,
  number bigint not null,
  at bigint not null,
  first_entry bigint not null,
  entries text not null,
  trace text not null,
  message_id text,
  interaction text not null,
  primary key (try, number),
  unique (try, message_id)
);

-- Files that visitors of tries sent.
create table try_file (
  id text primary key,
  try bigint not null,
  name text not null,
  media_type text not null,
  size bigint not null,
  created_at bigint not null,
  content bytea not null
);
create index try_file_try on try_file (try);

-- What an endpoint of a draft answered last, in a try or in its test. `answer`: JSON.
create table recorded_answer (
  bot text not null,
  endpoint text not null,
  at bigint not null,
  answer text not null,
  primary key (bot, endpoint)
);

-- Walks: the tests of a bot, kept with its draft. `document`: JSON of walks.walk.Walk.
create table walk (
  bot text not null,
  name text not null,
  document text not null,
  saved_at bigint not null,
  saved_by text not null,
  primary key (bot, name)
);
