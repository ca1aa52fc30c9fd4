-- One row per action of an operator on a feed.
create or replace view mart.feed_actions as
select
    done.feed_id,
    feed.publisher,
    feed.title,
    feed.url,
    done.action,
    done.acted_at,
    done.acted_by,
    done.note
from news.feed_actions as done
inner join news.feeds as feed on done.feed_id = feed.id;
comment on view mart.feed_actions is 'One row per time that an operator changed whether or when a feed is asked';
comment on column mart.feed_actions.feed_id is 'Key of the feed';
comment on column mart.feed_actions.publisher is 'Who publishes it';
comment on column mart.feed_actions.title is 'Its name';
comment on column mart.feed_actions.url is 'Its address';
comment on column mart.feed_actions.action is 'pause, resume, poll_now, retire or unretire';
comment on column mart.feed_actions.acted_at is 'When';
comment on column mart.feed_actions.acted_by is 'Who, as Airflow knows them';
comment on column mart.feed_actions.note is 'Why, in their words; empty when they gave no reason';
