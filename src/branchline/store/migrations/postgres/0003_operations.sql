-- When something last happened to the installation, such as a backup; and a row to write for who asks whether it can.
create table mark (name text primary key, at bigint not null);

-- When the personal content of an interaction was cleaned; what retention has still to look at is found by the index.
alter table interaction add column cleaned_at bigint;
create index interaction_uncleaned on interaction (bot, ended_at, id) where status = 2 and cleaned_at is null;
