-- What the articles say, whenever they were seen.
select to_jsonb(article) - '{seen_at, text_at}'::text[] || jsonb_build_object('text', body.text) as content
from news.articles as article
left join news.article_texts as body on article.id = body.article_id and article.text_at = body.seen_at
order by article.id;
