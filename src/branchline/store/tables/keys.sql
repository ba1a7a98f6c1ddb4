-- name: add
insert into api_key (id, name, secret_hash, created_at, scopes, created_by)
values (:id, :name, :secret_hash, :at, :scopes, :by) returning id

-- name: keys
select id, name, secret_hash, created_at, revoked_at, scopes, created_by from api_key order by created_at, id

-- name: key
select id, name, secret_hash, created_at, revoked_at, scopes, created_by from api_key where id = :id

-- name: revoke
update api_key set revoked_at = :at where id = :id and revoked_at is null returning id
