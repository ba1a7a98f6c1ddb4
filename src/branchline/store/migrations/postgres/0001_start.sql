-- The schema of `sqlite/0001_start.sql`, for PostgreSQL. Every `text` is compared by its bytes (the runner writes
-- `collate "C"`), every number is a bigint. A table that belongs to an interaction has the interaction's id as the first
-- part of its primary key, so that all of one interaction can stand on one machine: see docs/howto/scale-out.md.

create sequence interaction_ids increment by 64;  -- a block for a process: see store.postgres.ids

create table interaction (
  id bigint primary key,
  uuid text not null,
  bot text not null,
  turn bigint not null,
  status bigint not null,  -- 0 active, 1 ended, 2 finalized
  created_at bigint not null,
  ended_at bigint,
  due_at bigint,  -- never later than the true time, sometimes earlier: see the store's `due`
  token_hash bytea not null,
  state bytea not null  -- JSON of interaction.record.Interaction
) with (fillfactor = 75);  -- room for the next turns of the same row: such an update touches no index

create unique index interaction_uuid on interaction (uuid);
create index interaction_created on interaction (created_at, id);
create index interaction_bot on interaction (bot, created_at, id);
create index interaction_status on interaction (status, created_at, id);
create index interaction_bot_status on interaction (bot, status, created_at, id);
create index interaction_ended on interaction (ended_at, id) where ended_at is not null;
create index interaction_bot_ended on interaction (bot, ended_at, id) where ended_at is not null;
create index interaction_due on interaction (due_at) where due_at is not null;

create table turn (
  interaction_id bigint not null,
  number bigint not null,
  at bigint not null,
  message_id text,
  first_entry bigint not null,
  last_entry bigint not null,
  entries text not null,
  trace text not null,
  save bigint not null,  -- which save wrote it: tells what became of a commit whose answer was lost
  primary key (interaction_id, number)
);

create unique index turn_message on turn (interaction_id, message_id) where message_id is not null;

-- Only for the filter by data: the data itself stands in interaction.state.
create table interaction_data (
  interaction_id bigint not null,
  name text not null,
  data text not null,
  created_at bigint not null,  -- of the interaction
  primary key (interaction_id, name)
);

-- A value may be longer than what an index holds, so its hash stands there.
create index interaction_data_value
  on interaction_data (name, hashtextextended(data, 0), created_at, interaction_id);

-- Calls in flight.
create table owed (
  interaction_id bigint not null,
  token text not null,
  uuid text not null,
  bot text not null,
  version bigint not null,
  node text not null,
  action bigint not null,
  holder text not null,
  held_until bigint not null,
  body bytea,
  primary key (interaction_id, token)
);

create unique index owed_token on owed (token);
create index owed_held on owed (held_until);

-- The processes that serve this database, by the database's own clock.
create table process (
  holder text primary key,
  alive_until bigint not null
);

create table version (
  bot text not null,
  number bigint not null,
  published_at bigint not null,
  note text not null,
  definition bytea not null,
  source bytea not null,
  primary key (bot, number)
);

create table file (
  interaction_id bigint not null,  -- 0: of a bot's version
  row bigint generated always as identity,
  id text not null,
  name text not null,
  media_type text not null,
  size bigint not null,
  created_at bigint not null,
  bot text,
  version bigint,
  path text,
  content bytea not null,
  primary key (interaction_id, row)
);

create unique index file_id on file (id);
create index file_version on file (bot, version, row) where bot is not null;
alter table file alter column content set storage external;  -- what people send is compressed already

create table api_key (
  id text primary key,
  name text not null,
  secret_hash bytea not null,
  created_at bigint not null,
  revoked_at bigint
);

create table secret (name text primary key, sealed bytea not null);

create table breaker (endpoint text primary key, state bytea not null);

-- Words of messages: see store.postgres.search. `search_owed`: turns that are not in the index yet.
create table search_owed (
  interaction_id bigint not null,
  number bigint not null,
  primary key (interaction_id, number)
);

create table search_message (
  interaction_id bigint not null,
  number bigint not null,  -- of the message: its turn times 4,096, and its place in it
  words text not null,
  primary key (interaction_id, number)
);

create table search_word (
  word text not null,
  created_at bigint not null,  -- of the interaction
  interaction_id bigint not null,
  number bigint not null,
  primary key (word, created_at, interaction_id, number)
);
