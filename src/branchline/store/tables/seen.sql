-- name: note
insert into seen (bot, origin, at) values (:bot, :origin, :at)
on conflict (bot, origin) do update set at = excluded.at

-- name: trim
delete from seen where bot = :bot and origin not in (
  select origin from seen where bot = :same order by at desc, origin limit :most)

-- name: of_bot
select origin, at from seen where bot = :bot order by at desc, origin
