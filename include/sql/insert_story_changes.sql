-- Writes merges, splits and new names of stories into their diary.
insert into news.story_changes (
    changed_at, kind, from_story_id, into_story_id, article_count, later_article_id, earlier_article_id, score,
    group_version
)
select
    changed_at,
    kind,
    from_story_id,
    into_story_id,
    article_count,
    later_article_id,
    earlier_article_id,
    score,
    group_version
from json_populate_recordset(null::news.story_changes, %(rows)s);
