-- Times are milliseconds since the Unix epoch. Keys inside are integers; the public uuid has one unique index.

create table interaction (
  id integer primary key,
  uuid text not null unique,
  bot text not null,
  turn integer not null,
  status integer not null,  -- 0 active, 1 ended, 2 finalized
  created_at integer not null,
  ended_at integer,
  due_at integer,  -- never later than the true time, sometimes earlier: see the store's `due`
  token_hash blob not null,
  state blob not null  -- JSON of interaction.record.Interaction
) strict;

-- Pages: every list is read in the order (created_at, id) or (ended_at, id), so a page costs what it shows.
create index interaction_created on interaction (created_at, id);
create index interaction_bot on interaction (bot, created_at, id);
create index interaction_status on interaction (status, created_at, id);
create index interaction_bot_status on interaction (bot, status, created_at, id);
create index interaction_ended on interaction (ended_at, id) where ended_at is not null;
create index interaction_bot_ended on interaction (bot, ended_at, id) where ended_at is not null;
create index interaction_due on interaction (due_at) where due_at is not null;

create table turn (
  row integer primary key,  -- in the order of commits: how far the search index has come
  interaction_id integer not null,
  number integer not null,
  at integer not null,
  message_id text,
  first_entry integer not null,
  last_entry integer not null,
  entries text not null,
  trace text not null
) strict;

create unique index turn_number on turn (interaction_id, number);
create unique index turn_message on turn (interaction_id, message_id) where message_id is not null;

-- Only for the filter by data: the data itself stands in interaction.state.
create table interaction_data (
  interaction_id integer not null,
  name text not null,
  data text not null,
  created_at integer not null,  -- of the interaction
  primary key (interaction_id, name)
) strict, without rowid;

create index interaction_data_value on interaction_data (name, data, created_at, interaction_id);

-- Calls in flight; small, so reading it by time needs no index. The body stands last: looking for calls skips it.
create table owed (
  token text primary key,
  interaction_id integer not null,
  uuid text not null,
  bot text not null,
  version integer not null,
  node text not null,
  action integer not null,
  holder text not null,
  held_until integer not null,
  body blob
) strict, without rowid;

create table version (
  row integer primary key,
  bot text not null,
  number integer not null,
  published_at integer not null,
  note text not null,
  definition blob not null,
  source blob not null,
  unique (bot, number)
) strict;

create table file (
  row integer primary key,
  id text not null unique,
  name text not null,
  media_type text not null,
  size integer not null,
  created_at integer not null,
  interaction_id integer,
  bot text,
  version integer,
  path text,
  content blob not null
) strict;

create index file_interaction on file (interaction_id, row) where interaction_id is not null;
create index file_version on file (bot, version, row) where bot is not null;

create table api_key (
  id text primary key,
  name text not null,
  secret_hash blob not null,
  created_at integer not null,
  revoked_at integer
) strict;

create table secret (name text primary key, sealed blob not null) strict;

create table breaker (endpoint text primary key, state blob not null) strict;

-- Words of messages, one document a message. A document's id is (created_at of the interaction << 21) + a slot, so
-- documents are read in the order of a page. The words are made by store.words; the tokenizer only splits at spaces.
create virtual table search using fts5 (words, content='', columnsize=0, tokenize='ascii');
create table search_document (id integer primary key, interaction_id integer not null) strict;
create table search_position (row integer not null) strict;  -- the last turn.row that is in `search`
insert into search_position values (0);
