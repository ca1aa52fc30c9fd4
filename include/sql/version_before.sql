-- The latest earlier version of an address among the articles that are placed or being placed.
select a.id
from news.articles as a
left join news.story_members as m on a.id = m.article_id
where
    a.url_id = %(url_id)s
    and (a.seen_at, a.id) < (%(seen_at)s, %(id)s::uuid)
    and (m.article_id is not null or a.id = any(%(being_placed)s::uuid[]))
order by a.seen_at desc, a.id desc
limit 1;
