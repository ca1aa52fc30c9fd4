-- Begins a rebuild unless the same one is under way.
insert into news.rebuilds (starts_at, ends_at, plan, started_at)
values (%(start)s, %(until)s, %(plan)s, %(now)s)
on conflict (starts_at, ends_at, plan) where finished_at is null do nothing;
