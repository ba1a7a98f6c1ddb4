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
  since integer not null,  -- of the state
  created_at integer not null,
  updated_at integer not null,
  failing_since integer,  -- the first failure after the last success
  failures integer not null,  -- in a row, of those that say that the target is down
  pause_ms integer not null,  -- above 0: the breaker is open
  paused_until integer not null
) strict, without rowid;

create unique index target_name on target (bot, name) where state <> 'removed';

create table delivery (
  interaction_id integer not null,
  kind text not null,  -- export
  target text not null,
  id text not null,
  uuid text not null,
  bot text not null,
  created_at integer not null,
  blocks text not null,  -- of the target and the server's address when it was written: every attempt sends the same
  base text not null,
  state text not null,  -- owed, delivered, dead
  settled_at integer,
  failed integer not null,  -- attempts on the ladder
  next_at integer not null,
  holder text not null,
  held_until integer not null,
  fence integer not null,  -- claims so far: the number of the last attempt
  reason text not null,  -- of the last attempt
  status integer,
  primary key (interaction_id, kind, target)
) strict, without rowid;

create index delivery_owed on delivery (target, next_at) where state = 'owed';
create index delivery_id on delivery (id);
create index delivery_state on delivery (state, created_at, id);
create index delivery_created on delivery (created_at, id);

create table attempt (
  interaction_id integer not null,
  kind text not null,
  target text not null,
  number integer not null,
  at integer not null,
  took_ms integer not null,
  reason text not null,
  status integer,
  detail text not null,
  primary key (interaction_id, kind, target, number)
) strict, without rowid;

-- Interactions of bots without an inactivity limit had no end of their own; now every one has.
update interaction set
  due_at = json_extract(cast(state as text), '$.updated_at') + 86400000,
  state = cast(json_set(cast(state as text), '$.idle_at', json_extract(cast(state as text), '$.updated_at') + 86400000) as blob)
where status = 0 and json_extract(cast(state as text), '$.idle_at') is null;
