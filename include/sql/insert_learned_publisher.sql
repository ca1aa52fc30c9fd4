-- Says that a publisher's furniture was looked for, whether or not there was any.
insert into news.learned_publishers (publisher, learned_at)
values (%(publisher)s, %(learned_at)s)
on conflict (publisher) do update set learned_at = excluded.learned_at;
