-- People.

-- name: add_person
insert into person (id, email, name, role, password, subject, created_at, password_at)
values (:id, :email, :name, :role, :password, :subject, :at, :at) returning id

-- name: people
select id, email, name, role, password, subject, created_at, password_at from person order by name, id

-- name: person
select id, email, name, role, password, subject, created_at, password_at from person where id = :id

-- name: person_of_email
select id, email, name, role, password, subject, created_at, password_at from person where email = :email

-- name: person_of_subject
select id, email, name, role, password, subject, created_at, password_at from person where subject = :subject

-- name: any_person
select count(*) from (select 1 from person limit 1) found

-- An admin stays as long as there is no other one.
-- name: change_person
update person set name = :name, role = :role
where id = :id and (role <> 'admin' or cast(:role as text) = 'admin'
  or exists (select 1 from person other where other.role = 'admin' and other.id <> person.id))
returning id

-- name: set_email
update person set email = :email where id = :id returning id

-- name: set_password
update person set password = :password, password_at = :at where id = :id returning id

-- name: set_subject
update person set subject = :subject where id = :id returning id

-- name: remove_person
delete from person
where id = :id and (role <> 'admin'
  or exists (select 1 from person other where other.role = 'admin' and other.id <> person.id))
returning id

-- The codes of the first set-up: every process that starts says one of its own

-- name: set_code
insert into set_up (one, code_hash, expires_at) values (:one, :code_hash, :expires_at) returning one

-- name: drop_codes
delete from set_up where expires_at <= :before returning one

-- name: code
select expires_at from set_up where code_hash = :code_hash

-- name: use_code
delete from set_up where code_hash = :code_hash and expires_at > :at and not exists (select 1 from person) returning one

-- Invitations

-- name: invite
insert into invitation (code_hash, person, expires_at) values (:code_hash, :person, :expires_at)
on conflict (person) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at
returning person

-- name: invited
select person, expires_at from invitation where code_hash = :code_hash

-- name: use_invitation
delete from invitation where code_hash = :code_hash and expires_at > :at returning person

-- name: withdraw
delete from invitation where person = :person returning person
