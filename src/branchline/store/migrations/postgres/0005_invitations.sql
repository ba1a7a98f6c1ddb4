-- Codes with which a person chooses a password: at the beginning, or when it was forgotten.
create table invitation (
  code_hash bytea primary key,
  person text not null unique,
  expires_at bigint not null
);
