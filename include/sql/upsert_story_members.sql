-- Says which story articles belong to; rows alike are left alone.
insert into news.story_members as kept (article_id, story_id, relation, score, group_version)
select
    article_id,
    story_id,
    relation,
    score,
    group_version
from json_populate_recordset(null::news.story_members, %(rows)s)
on conflict (article_id) do update set
    story_id = excluded.story_id,
    relation = excluded.relation,
    score = excluded.score,
    group_version = excluded.group_version
where
    row(kept.story_id, kept.relation, kept.score, kept.group_version)
    is distinct from
    row(excluded.story_id, excluded.relation, excluded.score, excluded.group_version);
