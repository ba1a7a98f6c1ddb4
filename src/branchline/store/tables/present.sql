-- name: sit
insert into present (bot, seat, person, name, at) values (:bot, :seat, :person, :name, :at)
on conflict (bot, seat) do update set person = excluded.person, name = excluded.name, at = excluded.at

-- name: leave
delete from present where bot = :bot and seat = :seat and person = :person

-- name: clear
delete from present where at < :before

-- name: others
select person, name, max(at) from present where bot = :bot and seat <> :seat and at >= :since
group by person, name order by name, person limit 10
