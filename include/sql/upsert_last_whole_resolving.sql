-- Says that all mentions were looked at.
insert into sanctions.last_whole_resolving (version, done_at) values (%(version)s, %(now)s)
on conflict (is_only) do update set
    version = excluded.version,
    done_at = excluded.done_at;
