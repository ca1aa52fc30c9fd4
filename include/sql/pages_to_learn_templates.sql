-- The newest articles of a publisher, of which its furniture is learned.
select text
from news.articles
where publisher = %(publisher)s and is_current
order by seen_at desc, id desc
limit %(batch_size)s;
