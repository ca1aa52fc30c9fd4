-- Publishers with enough pages to tell their furniture by.
select publisher
from news.articles
where is_current and seen_at > %(since)s
group by publisher
having count(*) >= %(pages)s
order by publisher;
