-- People, their sign-ins, the audit log, drafts; scopes of API keys; who published a version.

create table person (
  id text primary key,
  email text not null unique,  -- as compared: lower case
  name text not null,
  role text not null,  -- admin, author, agent, viewer
  password text not null,  -- argon2id in its own format; empty: signs in through the company's provider alone
  subject text unique,  -- issuer and subject at the company's provider
  created_at integer not null,
  password_at integer not null
) strict;

-- A sign-in is found by the hash of its token; it is over when it is deleted.
create table signed_in (
  token_hash blob primary key,
  id text not null unique,
  person text not null,
  created_at integer not null,
  used_at integer not null,
  confirmed_at integer not null,  -- when the person last proved who they are
  address text not null,
  browser text not null
) strict;

create index signed_in_person on signed_in (person);

-- At most one row: the code that makes the first admin.
create table set_up (
  one integer primary key,
  code_hash blob not null,
  expires_at integer not null
) strict;

create table audit (
  number integer primary key,
  at integer not null,
  who text not null,
  what text not null,
  of text not null,
  outcome text not null,
  address text not null,
  details text not null,  -- JSON
  hash blob not null  -- SHA-256 over the hash before and all of the above: see service.access.audit
) strict;

-- A draft may be wrong: the document is kept as it was sent. `source`: the file it was made of, for its comments.
create table draft (
  bot text primary key,
  revision integer not null,
  document text not null,
  name text not null,
  errors integer not null,
  warnings integer not null,
  base integer,  -- the version it was made of
  saved_at integer not null,
  saved_by text not null,
  source blob
) strict;

alter table api_key add column scopes text not null default '*';
alter table api_key add column created_by text not null default '';
alter table version add column published_by text not null default '';
