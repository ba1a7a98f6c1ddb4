-- Every statement of the PostgreSQL store, by name. `-- name: x` starts one.

-- Turns: a batch of them in one statement. A turn is written when the one before it is the stored one; what it brings
-- (transcript, data, calls, words to index) hangs on `saved`. Gives the ids of the interactions whose turns were written.

-- name: save
with asked as materialized (
  select * from unnest(
    $1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
    $9::bytea[], $10::bytea[], $11::bigint[], $12::text[], $13::bigint[], $14::bigint[], $15::text[], $16::text[],
    $17::bigint[], $18::text[], $19::text[], $20::text[], $21::bigint[], $22::text[], $23::bigint[], $24::text[],
    $25::bigint[], $26::bytea[]
  ) as asked (
    id, uuid, bot, turn, status, created_at, ended_at, due_at,
    token_hash, state, at, message_id, first_entry, last_entry, entries, trace,
    save, data, settles, token, version, node, action, holder,
    held_until, body
  )
), made as (
  insert into interaction (id, uuid, bot, turn, status, created_at, ended_at, due_at, token_hash, state)
  select id, uuid, bot, turn, status, created_at, ended_at, due_at, token_hash, state from asked where turn = 1
  on conflict (id) do nothing
  returning id
), moved as (
  update interaction i set
    turn = a.turn, state = a.state, status = a.status, ended_at = a.ended_at,
    due_at = case
      when a.due_at is not null then least(a.due_at, i.due_at)
      when a.ended_at is null then i.due_at
    end
  from asked a where i.id = a.id and i.turn = a.turn - 1 and a.turn > 1
  returning a.*
), saved as (
  select * from moved union all select a.* from asked a join made on made.id = a.id where a.turn = 1
), turns as (
  insert into turn (interaction_id, number, at, message_id, first_entry, last_entry, entries, trace, save)
  select id, turn, at, message_id, first_entry, last_entry, entries, trace, save from saved
), kept as (
  insert into interaction_data (interaction_id, name, data, created_at)
  select s.id, d.key, d.value, s.created_at from saved s cross join lateral json_each_text(s.data::json) d
  where s.data is not null and d.value is not null
  on conflict (interaction_id, name) do update set data = excluded.data
), cleared as (
  delete from interaction_data x using (
    select s.id, d.key from saved s cross join lateral json_each_text(s.data::json) d
    where s.data is not null and d.value is null
  ) c where x.interaction_id = c.id and x.name = c.key
), owes as (
  insert into owed (interaction_id, token, uuid, bot, version, node, action, holder, held_until, body)
  select id, token, uuid, bot, version, node, action, holder, held_until, body from saved where token is not null
), settled as (
  delete from owed o using saved s where s.settles is not null and o.interaction_id = s.id and o.token = s.settles
), said as (
  insert into search_owed (interaction_id, number) select id, turn from saved where entries <> ''
)
select id from saved

-- name: written
select t.interaction_id from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as a (id, number, save)
join turn t on t.interaction_id = a.id and t.number = a.number and t.save = a.save

-- name: postpone
update interaction set due_at = $1 where id = $2 and turn = $3

-- Reading interactions

-- name: load
select a.place, i.state, i.token_hash,
  t.number, t.interaction_id, t.at, t.first_entry, t.entries, t.trace, t.message_id
from unnest($1::text[], $2::text[]) with ordinality as a (uuid, message_id, place)
join interaction i on i.uuid = a.uuid
left join turn t on t.interaction_id = i.id and t.message_id = a.message_id

-- name: load_by_id
select state, token_hash from interaction where id = $1

-- name: turns
select interaction_id, number, at, first_entry, entries, trace, message_id
from turn where interaction_id = $1 order by number limit $2

-- The turns up to the entry are skipped from the newest end: a reader that is nearly up to date pays for little.
-- name: turns_after
select interaction_id, number, at, first_entry, entries, trace, message_id
from turn where interaction_id = $1 and entries <> '' and number > coalesce(
  (select number from turn where interaction_id = $1 and last_entry <= $2 order by number desc limit 1), 0)
order by number limit $3

-- name: latest_turns
select interaction_id, number, at, first_entry, entries, trace, message_id
from turn where interaction_id = $1 order by number desc limit $2

-- name: due
select uuid from interaction where due_at <= $1 and id % $3 = $4 order by due_at limit $2

-- name: moved
select i.uuid from unnest($1::text[], $2::bigint[]) as a (uuid, turn)
join interaction i on i.uuid = a.uuid and i.turn > a.turn

-- name: next_ids
select nextval('interaction_ids')

-- name: highest_id
select coalesce(max(id), 0) from interaction

-- name: running
select (convert_from(state, 'UTF8')::json ->> 'version')::bigint, count(*) from interaction
where bot = $1 and status = 0 group by 1

-- Pages: keys (time, id) from a place on, in the order of an index

-- name: keys_older
select created_at, id from interaction
where (created_at, id) <= ($1, $2) order by created_at desc, id desc limit $3

-- name: keys_newer
select created_at, id from interaction
where (created_at, id) >= ($1, $2) order by created_at, id limit $3

-- name: keys_bot_older
select created_at, id from interaction
where bot = $4 and (created_at, id) <= ($1, $2) order by created_at desc, id desc limit $3

-- name: keys_bot_newer
select created_at, id from interaction
where bot = $4 and (created_at, id) >= ($1, $2) order by created_at, id limit $3

-- name: keys_status_older
select created_at, id from interaction
where status = $4 and (created_at, id) <= ($1, $2) order by created_at desc, id desc limit $3

-- name: keys_status_newer
select created_at, id from interaction
where status = $4 and (created_at, id) >= ($1, $2) order by created_at, id limit $3

-- name: keys_bot_status_older
select created_at, id from interaction
where bot = $4 and status = $5 and (created_at, id) <= ($1, $2) order by created_at desc, id desc limit $3

-- name: keys_bot_status_newer
select created_at, id from interaction
where bot = $4 and status = $5 and (created_at, id) >= ($1, $2) order by created_at, id limit $3

-- name: keys_data_older
select created_at, interaction_id from interaction_data
where name = $4 and hashtextextended(data, 0) = hashtextextended($5, 0) and data = $5
  and (created_at, interaction_id) <= ($1, $2)
order by created_at desc, interaction_id desc limit $3

-- name: keys_data_newer
select created_at, interaction_id from interaction_data
where name = $4 and hashtextextended(data, 0) = hashtextextended($5, 0) and data = $5
  and (created_at, interaction_id) >= ($1, $2)
order by created_at, interaction_id limit $3

-- name: keys_ended_older
select ended_at, id from interaction
where ended_at is not null and (ended_at, id) <= ($1, $2) order by ended_at desc, id desc limit $3

-- name: keys_ended_newer
select ended_at, id from interaction
where ended_at is not null and (ended_at, id) >= ($1, $2) order by ended_at, id limit $3

-- name: keys_bot_ended_older
select ended_at, id from interaction
where bot = $4 and ended_at is not null and (ended_at, id) <= ($1, $2) order by ended_at desc, id desc limit $3

-- name: keys_bot_ended_newer
select ended_at, id from interaction
where bot = $4 and ended_at is not null and (ended_at, id) >= ($1, $2) order by ended_at, id limit $3

-- name: candidates
select id, bot, status, created_at, ended_at from interaction where id = any($1::bigint[])

-- name: has_data
select 1 from interaction_data where interaction_id = $1 and name = $2 and data = $3

-- name: states
select id, state from interaction where id = any($1::bigint[])

-- Search: messages (time of the interaction, its id, number of the message) that have a word

-- name: word_older
select created_at, interaction_id, number from search_word
where word = $5 and (created_at, interaction_id, number) <= ($1, $2, $3)
order by created_at desc, interaction_id desc, number desc limit $4

-- name: word_newer
select created_at, interaction_id, number from search_word
where word = $5 and (created_at, interaction_id, number) >= ($1, $2, $3)
order by created_at, interaction_id, number limit $4

-- The words with a beginning, by jumping from one to the next; then the first messages of each.
-- name: beginning_older
with recursive words (word) as (
  (select word from search_word where word >= $5 and word < $6 order by word limit 1)
  union all
  select (select n.word from search_word n where n.word > w.word and n.word < $6 order by n.word limit 1)
  from words w where w.word is not null
)
select distinct k.created_at, k.interaction_id, k.number from words w cross join lateral (
  select created_at, interaction_id, number from search_word s
  where s.word = w.word and (created_at, interaction_id, number) <= ($1, $2, $3)
  order by created_at desc, interaction_id desc, number desc limit $4
) k order by created_at desc, interaction_id desc, number desc limit $4

-- name: beginning_newer
with recursive words (word) as (
  (select word from search_word where word >= $5 and word < $6 order by word limit 1)
  union all
  select (select n.word from search_word n where n.word > w.word and n.word < $6 order by n.word limit 1)
  from words w where w.word is not null
)
select distinct k.created_at, k.interaction_id, k.number from words w cross join lateral (
  select created_at, interaction_id, number from search_word s
  where s.word = w.word and (created_at, interaction_id, number) >= ($1, $2, $3)
  order by created_at, interaction_id, number limit $4
) k order by created_at, interaction_id, number limit $4

-- name: messages
select m.interaction_id, m.number, m.words from unnest($1::bigint[], $2::bigint[]) as a (id, number)
join search_message m on m.interaction_id = a.id and m.number = a.number

-- name: messages_of
select words from search_message where interaction_id = $1

-- Search index: who takes turns out of `search_owed` waits for others who do, so that nothing is missed

-- name: turns_to_index
with taken as (
  delete from search_owed where (interaction_id, number) in (
    select interaction_id, number from search_owed order by interaction_id, number limit $1 for update
  ) returning interaction_id, number
)
select t.interaction_id, t.number, i.created_at, t.entries from taken
join turn t on t.interaction_id = taken.interaction_id and t.number = taken.number
join interaction i on i.id = taken.interaction_id

-- name: any_to_index
select 1 from search_owed limit 1

-- name: insert_messages
insert into search_message (interaction_id, number, words)
select * from unnest($1::bigint[], $2::bigint[], $3::text[])

-- name: insert_words
insert into search_word (word, created_at, interaction_id, number)
select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])

-- Calls owed. One of a process that is alive is its own, whatever the clock of another one says.

-- name: owed
with free as (
  select interaction_id, token, held_until from owed
  where held_until <= $1 and (holder = $3 or not exists (
    select from process p
    where p.holder = owed.holder and p.alive_until >= (extract(epoch from clock_timestamp()) * 1000)::bigint
  ))
  order by held_until, token limit $2 for update of owed skip locked
), taken as (
  update owed o set holder = $3, held_until = $4 from free f
  where o.interaction_id = f.interaction_id and o.token = f.token
  returning o.*, f.held_until as before
)
select token, interaction_id, uuid, bot, version, node, action, holder, held_until, body from taken
order by before, token

-- name: owed_of
select token, interaction_id, uuid, bot, version, node, action, holder, held_until, body
from owed where interaction_id = $1 order by token

-- name: release
update owed set held_until = 0 where holder = $1 and held_until > 0

-- name: overdue
select count(*), min(due_at) from (select due_at from interaction where due_at <= $1 order by due_at limit 10000) o

-- name: owed_in_all
select count(*), min(case when held_until <= $1 then held_until end) from owed

-- name: unindexed
select count(*) from (select 1 from search_owed limit 10000) o

-- Processes, by the database's clock

-- name: beat
with clock as (select (extract(epoch from clock_timestamp()) * 1000)::bigint as now), before as (
  select alive_until from process where holder = $1
), beat as (
  insert into process (holder, alive_until) select $1, now + $2 from clock
  on conflict (holder) do update set alive_until = excluded.alive_until
)
select coalesce((select alive_until from before), 0) >= (select now from clock)

-- name: gone
with clock as (select (extract(epoch from clock_timestamp()) * 1000)::bigint as now), gone as (
  delete from process where alive_until < (select now from clock) returning holder
), calls as (
  update owed set held_until = 0 where held_until > 0 and holder in (select holder from gone)
)
update delivery set held_until = 0 where held_until > 0 and state = 'owed' and holder in (select holder from gone)

-- name: alive
select holder from process
where alive_until >= (extract(epoch from clock_timestamp()) * 1000)::bigint order by holder

-- name: leave
delete from process where holder = $1

-- Cleaning

-- name: uncleaned
select id from interaction where bot = $1 and status = 2 and cleaned_at is null and ended_at < $2
order by ended_at, id limit $3

-- name: state_to_clean
select state from interaction where id = $1 for update

-- name: clean_turn
update turn set entries = $1, trace = $2, message_id = null where interaction_id = $3 and number = $4

-- name: clean_interaction
update interaction set turn = $1, status = 2, due_at = null, cleaned_at = $2, token_hash = '', state = $3 where id = $4

-- name: insert_turn
insert into turn (interaction_id, number, at, first_entry, last_entry, entries, trace, save)
values ($1, $2, $3, $4, $5, $6, $7, 0)

-- name: delete_data
delete from interaction_data where interaction_id = $1

-- name: delete_files
delete from file where interaction_id = $1 and interaction_id <> 0

-- name: delete_calls
delete from owed where interaction_id = $1

-- name: delete_to_index
delete from search_owed where interaction_id = $1

-- name: delete_messages
delete from search_message where interaction_id = $1 returning number, words

-- name: delete_words
delete from search_word w using unnest($1::text[], $2::bigint[]) as a (word, number)
where w.word = a.word and w.created_at = $3 and w.interaction_id = $4 and w.number = a.number

-- Bots

-- name: one_publisher
select pg_advisory_xact_lock(hashtextextended($1, 7))

-- name: next_version
select coalesce(max(number), 0) + 1 from version where bot = $1

-- name: insert_version
insert into version (bot, number, definition, source, published_at, note, published_by)
values ($1, $2, $3, $4, $5, $6, $7)

-- name: version
select bot, number, definition, source, published_at, note, published_by from version where bot = $1 and number = $2

-- name: newest_version
select bot, number, definition, source, published_at, note, published_by from version
where bot = $1 order by number desc limit 1

-- name: versions
select bot, number, ''::bytea, ''::bytea, published_at, note, published_by from version
where bot = $1 order by number desc

-- name: newest_versions
select v.bot, v.number, v.definition, v.source, v.published_at, v.note, v.published_by
from version v join (select bot, max(number) as number from version group by bot) n
  on n.bot = v.bot and n.number = v.number
order by v.bot

-- Files

-- name: insert_file
insert into file (id, name, media_type, size, content, created_at, interaction_id, bot, version, path)
values ($1, $2, $3, $4, $5, $6, coalesce($7::bigint, 0), $8, $9, $10)

-- name: file
select id, name, media_type, size, content, created_at, nullif(interaction_id, 0), bot, version, path
from file where id = $1

-- name: files_of_interaction
select id, name, media_type, size, ''::bytea, created_at, interaction_id, bot, version, path
from file where interaction_id = $1 and interaction_id <> 0 order by row

-- name: files_of_version
select id, name, media_type, size, ''::bytea, created_at, nullif(interaction_id, 0), bot, version, path
from file where bot = $1 and version = $2 order by row

-- Secrets, breakers

-- name: set_secret
insert into secret (name, sealed) values ($1, $2) on conflict (name) do update set sealed = excluded.sealed

-- name: secrets
select name, sealed from secret order by name

-- name: remove_secret
delete from secret where name = $1 returning 1

-- name: set_breaker
insert into breaker (endpoint, state) values ($1, $2) on conflict (endpoint) do update set state = excluded.state

-- name: breakers
select endpoint, state from breaker order by endpoint
