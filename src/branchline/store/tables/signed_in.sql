-- name: add
insert into signed_in (token_hash, id, person, created_at, used_at, confirmed_at, address, browser)
values (:token_hash, :id, :person, :at, :at, :at, :address, :browser) returning id

-- name: find
select token_hash, id, person, created_at, used_at, confirmed_at, address, browser
from signed_in where token_hash = :token_hash

-- name: of_person
select token_hash, id, person, created_at, used_at, confirmed_at, address, browser
from signed_in where person = :person order by used_at desc, id

-- name: use
update signed_in set used_at = :at where token_hash = :token_hash returning id

-- name: confirm
update signed_in set confirmed_at = :at where token_hash = :token_hash returning id

-- name: end
delete from signed_in where id = :id and person = :person returning id

-- name: end_all
delete from signed_in where person = :person and id <> :but returning id

-- name: end_old
delete from signed_in where used_at < :unused_since or created_at < :made_before returning id
