-- name: set
insert into mark (name, at) values (:name, :at) on conflict (name) do update set at = excluded.at

-- name: all
select name, at from mark order by name
