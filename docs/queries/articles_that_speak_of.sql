-- Which articles speak of doping, whether or not they report an act of sanctions?
select
    rank,
    headline,
    publisher,
    title,
    published_at,
    cardinality(event_ids) as acts,
    url
from mart.search_articles('doping -cycling', 20)
order by rank desc, published_at asc, article_id asc;
