-- Every statement of the SQLite store, by name. `-- name: x` starts one.

-- A turn

-- name: insert_interaction
insert into interaction (id, uuid, bot, turn, status, created_at, ended_at, due_at, token_hash, state)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict (id) do nothing

-- name: update_interaction
update interaction set turn = ?, state = ? where id = ? and turn = ? returning status, due_at

-- name: set_status
update interaction set status = ?, ended_at = ? where id = ?

-- name: set_due
update interaction set due_at = ? where id = ?

-- name: postpone
update interaction set due_at = ? where id = ? and turn = ?

-- name: insert_turn
insert into turn (interaction_id, number, at, message_id, first_entry, last_entry, entries, trace)
values (?, ?, ?, ?, ?, ?, ?, ?)

-- name: set_data
insert into interaction_data (interaction_id, name, data, created_at) values (?, ?, ?, ?)
on conflict (interaction_id, name) do update set data = excluded.data

-- name: clear_data
delete from interaction_data where interaction_id = ? and name = ?

-- name: insert_owed
insert into owed (token, interaction_id, uuid, bot, version, node, action, holder, held_until, body)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: settle
delete from owed where token = ?

-- Reading one interaction

-- name: load
select state, token_hash from interaction where uuid = ?

-- name: load_with_message
select i.state, i.token_hash, t.number, t.interaction_id, t.at, t.first_entry, t.entries, t.trace, t.message_id
from interaction i left join turn t on t.interaction_id = i.id and t.message_id = ?2
where i.uuid = ?1

-- name: load_by_id
select state, token_hash from interaction where id = ?

-- name: turns
select interaction_id, number, at, first_entry, entries, trace, message_id
from turn where interaction_id = ? and number > ?
order by number limit ?

-- The turns up to the entry are skipped from the newest end: a reader that is nearly up to date pays for little.
-- name: turns_after
select interaction_id, number, at, first_entry, entries, trace, message_id
from turn where interaction_id = ?1 and entries <> '' and number > coalesce(
  (select number from turn where interaction_id = ?1 and last_entry <= ?2 order by number desc limit 1), 0)
order by number limit ?3

-- name: latest_turns
select interaction_id, number, at, first_entry, entries, trace, message_id
from turn where interaction_id = ? order by number desc limit ?

-- name: due
select uuid from interaction where due_at <= ? and id % ? = ? order by due_at limit ?

-- name: moved
select 1 from interaction where uuid = ? and turn > ?

-- name: highest_id
select coalesce(max(id), 0) from interaction

-- Pages: keys (time, id) from a place on, in the order of an index

-- name: keys_older
select created_at, id from interaction
where (created_at, id) <= (?, ?) order by created_at desc, id desc limit ?

-- name: keys_newer
select created_at, id from interaction
where (created_at, id) >= (?, ?) order by created_at, id limit ?

-- name: keys_bot_older
select created_at, id from interaction
where bot = ? and (created_at, id) <= (?, ?) order by created_at desc, id desc limit ?

-- name: keys_bot_newer
select created_at, id from interaction
where bot = ? and (created_at, id) >= (?, ?) order by created_at, id limit ?

-- name: keys_status_older
select created_at, id from interaction
where status = ? and (created_at, id) <= (?, ?) order by created_at desc, id desc limit ?

-- name: keys_status_newer
select created_at, id from interaction
where status = ? and (created_at, id) >= (?, ?) order by created_at, id limit ?

-- name: keys_bot_status_older
select created_at, id from interaction
where bot = ? and status = ? and (created_at, id) <= (?, ?) order by created_at desc, id desc limit ?

-- name: keys_bot_status_newer
select created_at, id from interaction
where bot = ? and status = ? and (created_at, id) >= (?, ?) order by created_at, id limit ?

-- name: keys_data_older
select created_at, interaction_id from interaction_data
where name = ? and data = ? and (created_at, interaction_id) <= (?, ?)
order by created_at desc, interaction_id desc limit ?

-- name: keys_data_newer
select created_at, interaction_id from interaction_data
where name = ? and data = ? and (created_at, interaction_id) >= (?, ?)
order by created_at, interaction_id limit ?

-- name: keys_ended_older
select ended_at, id from interaction
where ended_at is not null and (ended_at, id) <= (?, ?) order by ended_at desc, id desc limit ?

-- name: keys_ended_newer
select ended_at, id from interaction
where ended_at is not null and (ended_at, id) >= (?, ?) order by ended_at, id limit ?

-- name: keys_bot_ended_older
select ended_at, id from interaction
where bot = ? and ended_at is not null and (ended_at, id) <= (?, ?) order by ended_at desc, id desc limit ?

-- name: keys_bot_ended_newer
select ended_at, id from interaction
where bot = ? and ended_at is not null and (ended_at, id) >= (?, ?) order by ended_at, id limit ?

-- name: documents_older
select d.id >> 21, d.interaction_id from search join search_document d on d.id = search.rowid
where search match ? and search.rowid <= ? order by search.rowid desc

-- name: documents_newer
select d.id >> 21, d.interaction_id from search join search_document d on d.id = search.rowid
where search match ? and search.rowid >= ? order by search.rowid

-- name: candidate
select bot, status, created_at, ended_at from interaction where id = ?

-- name: has_data
select 1 from interaction_data where interaction_id = ? and name = ? and data = ?

-- name: has_words
select 1 from search join search_document d on d.id = search.rowid
where search match ? and search.rowid between ? and ? and d.interaction_id = ? limit 1

-- name: state
select state from interaction where id = ?

-- Cleaning

-- name: uncleaned
select id from interaction where bot = ? and status = 2 and cleaned_at is null and ended_at < ?
order by ended_at, id limit ?

-- name: turns_to_clean
select row, interaction_id, number, at, first_entry, entries, trace, message_id
from turn where interaction_id = ? order by row

-- name: clean_turn
update turn set entries = ?, trace = ?, message_id = null where row = ?

-- name: clean_interaction
update interaction set turn = ?, status = 2, due_at = null, cleaned_at = ?, token_hash = x'', state = ? where id = ?

-- name: delete_data
delete from interaction_data where interaction_id = ?

-- name: delete_files
delete from file where interaction_id = ?

-- name: delete_calls
delete from owed where interaction_id = ?

-- name: documents_of
select id from search_document where id between ? and ? and interaction_id = ? order by id

-- name: delete_words
insert into search (search, rowid, words) values ('delete', ?, ?)

-- name: merge_words
insert into search (search, rank) values ('merge', ?)

-- name: delete_document
delete from search_document where id = ?

-- Search index

-- name: search_position
select row from search_position

-- name: set_search_position
update search_position set row = ?

-- name: highest_row
select coalesce(max(row), 0) from turn

-- name: turns_to_index
select t.row, t.interaction_id, i.created_at, t.entries
from turn t join interaction i on i.id = t.interaction_id
where t.row > ? order by t.row limit ?

-- name: highest_document
select max(id) from search_document where id between ? and ?

-- name: insert_document
insert into search_document (id, interaction_id) values (?, ?)

-- name: insert_words
insert into search (rowid, words) values (?, ?)

-- Calls owed

-- name: any_owed
select 1 from owed where held_until <= ? limit 1

-- name: owed
select token, interaction_id, uuid, bot, version, node, action, holder, held_until, body
from owed where held_until <= ? order by held_until, token limit ?

-- name: owed_of
select token, interaction_id, uuid, bot, version, node, action, holder, held_until, body
from owed where interaction_id = ? order by token

-- name: hold
update owed set holder = ?, held_until = ? where token = ?

-- name: any_of_others
select 1 from owed where holder <> :holder and held_until > 0
union all
select 1 from delivery where state = 'owed' and holder not in ('', :holder) and held_until > 0 limit 1

-- name: free_calls_of_others
update owed set held_until = 0 where holder <> ? and held_until > 0

-- name: free_deliveries_of_others
update delivery set held_until = 0 where state = 'owed' and holder <> ? and held_until > 0

-- name: release
update owed set held_until = 0 where holder = ? and held_until > 0

-- name: overdue
select count(*), min(due_at) from (select due_at from interaction where due_at <= ? order by due_at limit 10000)

-- name: owed_in_all
select count(*), min(case when held_until <= ? then held_until end) from owed

-- Bots

-- name: next_version
select coalesce(max(number), 0) + 1 from version where bot = ?

-- name: insert_version
insert into version (bot, number, definition, source, published_at, note, published_by)
values (?, ?, ?, ?, ?, ?, ?)

-- name: version
select bot, number, definition, source, published_at, note, published_by from version where bot = ? and number = ?

-- name: newest_version
select bot, number, definition, source, published_at, note, published_by from version where bot = ? order by number desc limit 1

-- name: versions
select bot, number, x'', x'', published_at, note, published_by from version where bot = ? order by number desc

-- name: newest_versions
select v.bot, v.number, v.definition, v.source, v.published_at, v.note, v.published_by
from version v join (select bot, max(number) as number from version group by bot) n
  on n.bot = v.bot and n.number = v.number
order by v.bot

-- name: running
select cast(json_extract(cast(state as text), '$.version') as integer), count(*) from interaction
where bot = ? and status = 0 group by 1

-- Files

-- name: insert_file
insert into file (id, name, media_type, size, content, created_at, interaction_id, bot, version, path)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: file
select id, name, media_type, size, content, created_at, interaction_id, bot, version, path from file where id = ?

-- name: files_of_interaction
select id, name, media_type, size, x'', created_at, interaction_id, bot, version, path
from file where interaction_id = ? order by row

-- name: files_of_version
select id, name, media_type, size, x'', created_at, interaction_id, bot, version, path
from file where bot = ? and version = ? order by row

-- Secrets, breakers

-- name: set_secret
insert into secret (name, sealed) values (?, ?) on conflict (name) do update set sealed = excluded.sealed

-- name: secrets
select name, sealed from secret order by name

-- name: remove_secret
delete from secret where name = ?

-- name: set_breaker
insert into breaker (endpoint, state) values (?, ?) on conflict (endpoint) do update set state = excluded.state

-- name: breakers
select endpoint, state from breaker order by endpoint
