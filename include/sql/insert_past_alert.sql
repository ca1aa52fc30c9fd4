-- An outage that is over, of a time when nothing could be written here.
insert into news.alerts (kind, subject, detail, opened_at, closed_at, told_to)
values (%(kind)s, %(subject)s, %(detail)s, %(opened_at)s, %(closed_at)s, %(told_to)s);
