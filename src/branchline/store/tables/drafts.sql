-- name: add
insert into draft (bot, revision, document, name, errors, warnings, base, saved_at, saved_by, source)
values (:bot, 1, :document, :name, :errors, :warnings, :base, :at, :by, :source) returning revision

-- name: save
update draft set revision = revision + 1, document = :document, name = :name, errors = :errors, warnings = :warnings,
  saved_at = :at, saved_by = :by
where bot = :bot and revision = :revision returning revision

-- name: replace
update draft set revision = revision + 1, document = :document, name = :name, errors = :errors, warnings = :warnings,
  base = :base, saved_at = :at, saved_by = :by, source = :source
where bot = :bot and revision = :revision returning revision

-- name: published
update draft set base = :base, source = :source where bot = :bot and revision = :revision returning revision

-- name: discard
delete from draft where bot = :bot returning revision

-- name: draft
select bot, revision, document, name, errors, warnings, base, saved_at, saved_by, source from draft where bot = :bot

-- name: heads
select bot, revision, '', name, errors, warnings, base, saved_at, saved_by, null from draft order by bot

-- Files of drafts

-- name: set_file
insert into draft_file (bot, path, size, saved_at, saved_by, content)
values (:bot, :path, :size, :at, :by, :content)
on conflict (bot, path) do update set size = excluded.size, saved_at = excluded.saved_at, saved_by = excluded.saved_by,
  content = excluded.content
returning path

-- name: files
select path, size, saved_at, saved_by from draft_file where bot = :bot order by path

-- name: file
select content from draft_file where bot = :bot and path = :path

-- name: drop_file
delete from draft_file where bot = :bot and path = :path returning path

-- name: drop_files
delete from draft_file where bot = :bot returning path
