-- Notes a person's decision.
insert into sanctions.decisions (id, kind, decided_at, decided_by, note, event_id, changes)
values (%(id)s, %(kind)s, %(now)s, %(decided_by)s, %(note)s, %(event_id)s, %(changes)s);
