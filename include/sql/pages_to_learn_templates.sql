-- The newest articles of a publisher, of which its furniture is learned.
select body.text
from news.articles as article
inner join news.article_texts as body on article.id = body.article_id and article.text_at = body.seen_at
where article.publisher = %(publisher)s and article.is_current
order by article.seen_at desc, article.id desc
limit %(batch_size)s;
