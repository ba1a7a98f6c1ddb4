-- name: insert
insert into target (id, bot, name, url, headers, signing, condition, blocks, state, why, since, created_at, updated_at,
  failing_since, failures, pause_ms, paused_until)
values (:id, :bot, :name, :url, :headers, :signing, :condition, :blocks, 'active', '', :at, :at, :at, null, 0, 0, 0)

-- What was disabled stays so: saving is not enabling. It has just accepted a test, so its failures are over.
-- name: change
update target set url = :url, headers = :headers, signing = :signing, condition = :condition, blocks = :blocks,
  updated_at = :at, failing_since = null, failures = 0, pause_ms = 0, paused_until = 0
where id = :id and state <> 'removed' returning id

-- name: all
select id, bot, name, url, headers, signing, condition, blocks, state, why, since, created_at, updated_at,
  failing_since, failures, pause_ms, paused_until
from target where state <> 'removed' order by bot, name

-- name: enable
update target set state = 'active', why = '', since = :at, failing_since = null, failures = 0, pause_ms = 0,
  paused_until = 0
where id = :id and state <> 'removed' returning id

-- name: disable
update target set state = 'disabled', why = :why, since = :at where id = :id and state = 'active' returning why

-- name: disable_failing
update target set state = 'disabled', why = 'failing', since = :at
where id = :id and state = 'active' and failing_since <= :since returning why

-- Of one that is removed the row stays, for the names of what was delivered; where it led to and its headers do not.
-- name: remove
update target set state = 'removed', why = 'owner', since = :at, url = '', headers = '[]', signing = '[]'
where id = :id and state <> 'removed' returning id

-- name: due
select id, bot, name, url, headers, signing, condition, blocks, state, why, since, created_at, updated_at,
  failing_since, failures, pause_ms, paused_until
from target t
where state = 'active' and paused_until <= :now and exists (
  select 1 from delivery d where d.target = t.id and d.state = 'owed' and d.next_at <= :now and d.held_until <= :now)
order by id

-- One process wins the probe of an open breaker; another one goes no sooner than `until`.
-- name: probe
update target set paused_until = :until where id = :id and pause_ms > 0 and paused_until <= :now returning id

-- name: succeeded
update target set failing_since = null, failures = 0, pause_ms = 0, paused_until = 0
where id = :id and (failing_since is not null or failures > 0 or pause_ms > 0)

-- It answered, though not as it should: it is there.
-- name: refused
update target set failing_since = coalesce(failing_since, :now), failures = 0, pause_ms = 0,
  paused_until = case when pause_ms > 0 then 0 else paused_until end
where id = :id

-- name: unavailable
update target set failing_since = coalesce(failing_since, :now), failures = failures + 1,
  pause_ms = case
    when pause_ms = 0 and failures + 1 < :threshold then 0
    when pause_ms = 0 then :first_pause
    when :probe = 0 then pause_ms
    when pause_ms * 2 > :last_pause then :last_pause
    else pause_ms * 2
  end
where id = :id

-- name: pause
update target set paused_until = :now + pause_ms where id = :id and pause_ms > 0 and (paused_until <= :now or :probe = 1)

-- name: rest
update target set paused_until = :until where id = :id and paused_until < :until
