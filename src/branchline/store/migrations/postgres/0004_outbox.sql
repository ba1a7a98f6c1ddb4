-- Where finished interactions are delivered to, what is owed there, and every try.

create table target (
  id text primary key,
  bot text not null,
  name text not null,
  url text not null,
  headers text not null,  -- JSON: [[name, value], ...]; secrets are named, never written
  signing text not null,  -- JSON: names of signing secrets
  condition text not null,  -- handled, all
  blocks text not null,  -- JSON: relationships of the document
  state text not null,  -- active, disabled, removed
  why text not null,
  since bigint not null,  -- of the state
  created_at bigint not null,
  updated_at bigint not null,
  failing_since bigint,  -- the first failure after the last success
  failures bigint not null,  -- in a row, of those that say that the target is down
  pause_ms bigint not null,  -- above 0: the breaker is open
  paused_until bigint not null
);

create unique index target_name on target (bot, name) where state <> 'removed';

create table delivery (
  interaction_id bigint not null,
  kind text not null,  -- export
  target text not null,
  id text not null,
  uuid text not null,
  bot text not null,
  created_at bigint not null,
  blocks text not null,  -- of the target and the server's address when it was written: every attempt sends the same
  base text not null,
  state text not null,  -- owed, delivered, dead
  settled_at bigint,
  failed bigint not null,  -- attempts on the ladder
  next_at bigint not null,
  holder text not null,
  held_until bigint not null,
  fence bigint not null,  -- claims so far: the number of the last attempt
  reason text not null,  -- of the last attempt
  status bigint,
  primary key (interaction_id, kind, target)
);

create index delivery_owed on delivery (target, next_at) where state = 'owed';
create index delivery_id on delivery (id);
create index delivery_state on delivery (state, created_at, id);
create index delivery_created on delivery (created_at, id);

create table attempt (
  interaction_id bigint not null,
  kind text not null,
  target text not null,
  number bigint not null,
  at bigint not null,
  took_ms bigint not null,
  reason text not null,
  status bigint,
  detail text not null,
  primary key (interaction_id, kind, target, number)
);
