-- name: add
insert into try (id, uuid, token_hash, bot, revision, node, started_by, created_at, definition, files, answers)
values (:id, :uuid, :token_hash, :bot, :revision, :node, :started_by, :created_at, :definition, :files, :answers)
returning id

-- name: by_uuid
select id, uuid, token_hash, bot, revision, node, started_by, created_at, definition, files, answers
from try where uuid = :uuid

-- name: by_id
select id, uuid, token_hash, bot, revision, node, started_by, created_at, definition, files, answers
from try where id = :id

-- name: answers
update try set answers = :answers where id = :id returning id

-- name: forget_turns
delete from try_turn where try in (select id from try where created_at < :before)

-- name: forget_files
delete from try_file where try in (select id from try where created_at < :before)

-- name: forget
delete from try where created_at < :before

-- name: of_bot
select id from try where bot = :bot order by created_at desc

-- name: drop_turns
delete from try_turn where try = :id

-- name: drop_its_files
delete from try_file where try = :id

-- name: drop
delete from try where id = :id

-- Turns

-- name: add_turn
insert into try_turn (try, number, at, first_entry, entries, trace, message_id, interaction)
values (:try, :number, :at, :first_entry, :entries, :trace, :message_id, :interaction) returning number

-- name: last
select interaction from try_turn where try = :try order by number desc limit 1

-- name: turns
select number, at, first_entry, entries, trace, message_id, interaction from try_turn where try = :try order by number

-- name: cut
delete from try_turn where try = :try and number >= :number

-- Files of visitors

-- name: add_file
insert into try_file (id, try, name, media_type, size, created_at, content)
values (:id, :try, :name, :media_type, :size, :created_at, :content) returning id

-- name: file
select id, name, media_type, size, content, created_at, try from try_file where id = :id

-- Recorded answers

-- name: record
insert into recorded_answer (bot, endpoint, at, answer) values (:bot, :endpoint, :at, :answer)
on conflict (bot, endpoint) do update set at = excluded.at, answer = excluded.answer returning endpoint

-- name: recorded
select endpoint, at, answer from recorded_answer where bot = :bot order by endpoint

-- Walks

-- name: set_walk
insert into walk (bot, name, document, saved_at, saved_by) values (:bot, :name, :document, :at, :by)
on conflict (bot, name) do update set document = excluded.document, saved_at = excluded.saved_at,
  saved_by = excluded.saved_by returning name

-- name: walks
select name, document, saved_at, saved_by from walk where bot = :bot order by name

-- name: drop_walk
delete from walk where bot = :bot and name = :name returning name
