-- Who has a draft open just now, one line a window; old lines are taken out by whoever comes next.
create table present (
  bot text not null,
  seat text not null,
  person text not null,
  name text not null,
  at integer not null,
  primary key (bot, seat)
) strict;
