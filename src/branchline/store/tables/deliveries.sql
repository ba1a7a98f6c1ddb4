-- One for every target of the bot that wants this interaction; what is owed to a disabled one waits for it.
-- name: owe
insert into delivery (interaction_id, kind, target, id, uuid, bot, created_at, blocks, base, state, settled_at, failed,
  next_at, holder, held_until, fence, reason, status)
select cast(:interaction_id as bigint), cast(:kind as text), t.id,
  cast(:kind as text) || '.' || cast(:uuid as text) || '.' || t.id, cast(:uuid as text), t.bot, cast(:at as bigint),
  t.blocks, cast(:base as text), 'owed', null, 0, cast(:at as bigint), '', 0, 0, '', null
from target t
where t.bot = :bot and t.state <> 'removed' and (t.condition = 'all' or cast(:handled as bigint) = 1)
on conflict do nothing

-- The condition stands twice: of two processes that choose the same rows the second finds them held. (The second time
-- in words that no index fits, so that the rows are found by their key.)
-- name: claim
update delivery set holder = :holder, held_until = :until, fence = fence + 1
where (interaction_id, kind, target) in (
    select interaction_id, kind, target from delivery
    where target = :target and state = 'owed' and next_at <= :now and held_until <= :now
    order by next_at limit :limit)
  and state not in ('delivered', 'dead') and held_until <= :now
returning interaction_id, kind, target, id, uuid, bot, created_at, blocks, base, state, settled_at, failed, next_at,
  held_until, fence, reason, status

-- name: settle
update delivery set state = :state, settled_at = :settled_at, failed = :failed, next_at = :next_at, holder = '',
  held_until = 0, reason = :reason, status = :status
where interaction_id = :interaction_id and kind = :kind and target = :target and fence = :fence and state = 'owed'
returning id

-- name: note
insert into attempt (interaction_id, kind, target, number, at, took_ms, reason, status, detail)
values (:interaction_id, :kind, :target, :number, :at, :took_ms, :reason, :status, :detail)
on conflict do nothing

-- name: release
update delivery set held_until = 0 where holder = :holder and state = 'owed' and held_until > 0

-- name: one
select interaction_id, kind, target, id, uuid, bot, created_at, blocks, base, state, settled_at, failed, next_at,
  held_until, fence, reason, status
from delivery where id = :id

-- name: attempts
select number, at, took_ms, reason, status, detail from attempt
where interaction_id = :interaction_id and kind = :kind and target = :target order by number

-- name: newest
select interaction_id, kind, target, id, uuid, bot, created_at, blocks, base, state, settled_at, failed, next_at,
  held_until, fence, reason, status
from delivery
where created_at >= :first and created_at < :last and (created_at < :before or (created_at = :before and id < :before_id))
  and (target = :target or :target = '')
order by created_at desc, id desc limit :limit

-- name: newest_in_state
select interaction_id, kind, target, id, uuid, bot, created_at, blocks, base, state, settled_at, failed, next_at,
  held_until, fence, reason, status
from delivery
where state = :state and created_at >= :first and created_at < :last
  and (created_at < :before or (created_at = :before and id < :before_id))
  and (target = :target or :target = '')
order by created_at desc, id desc limit :limit

-- name: replay_one
update delivery set state = 'owed', settled_at = null, failed = 0, next_at = :now
where id = :id and exists (select 1 from target t where t.id = delivery.target and t.state <> 'removed')
returning id

-- name: replay
update delivery set state = 'owed', settled_at = null, failed = 0, next_at = :now
where state = :state and target = :target and created_at >= :first and created_at < :last returning id

-- name: hurry
update delivery set failed = 0, next_at = :now where target = :target and state = 'owed'

-- name: give_up
update delivery set state = 'dead', settled_at = :now, reason = :reason where target = :target and state = 'owed'

-- name: forget
update delivery set state = 'dead', settled_at = :at, reason = :reason, holder = '', held_until = 0
where interaction_id = :interaction_id and state = 'owed'

-- name: clean_attempts
update attempt set detail = '' where interaction_id = :interaction_id

-- name: told
select t.bot, t.name, d.fence from delivery d join target t on t.id = d.target
where d.interaction_id = :interaction_id and d.fence > 0 order by t.bot, t.name

-- name: backlog
select target, count(*), min(created_at) from delivery where state = 'owed' group by target

-- name: dead
select target, count(*) from delivery where state = 'dead' group by target

-- name: of_interaction
select interaction_id, kind, target, id, uuid, bot, created_at, blocks, base, state, settled_at, failed, next_at,
  held_until, fence, reason, status
from delivery where interaction_id = :interaction_id order by created_at, id
