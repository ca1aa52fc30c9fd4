-- Who did what to a feed, and why.
insert into news.feed_actions (feed_id, action, acted_at, acted_by, note)
values (%(feed_id)s, %(action)s, %(now)s, %(acted_by)s, %(note)s);
