-- Keeps matches.
insert into news.story_matches (later_article_id, earlier_article_id, score)
select
    r.later_id,
    r.earlier_id,
    r.score
from json_to_recordset(%(rows)s) as r (later_id uuid, earlier_id uuid, score double precision);
