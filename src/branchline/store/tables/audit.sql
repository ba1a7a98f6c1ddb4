-- name: append
insert into audit (number, at, who, what, of, outcome, address, details, hash)
values (:number, :at, :who, :what, :of, :outcome, :address, :details, :hash) returning number

-- name: last
select number, hash from audit order by number desc limit 1

-- name: older
select number, at, who, what, of, outcome, address, details, hash from audit
where number < :before order by number desc limit :most

-- name: after
select number, at, who, what, of, outcome, address, details, hash from audit
where number > :after order by number limit :most
