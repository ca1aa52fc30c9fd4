-- Those of some publishers whose furniture was not learned yet although enough of their pages are there.
select a.publisher
from news.articles as a
where
    a.publisher = any(%(publishers)s)
    and a.is_current
    and a.publisher not in (select t.publisher from news.templates as t)
group by a.publisher
having count(*) >= %(pages)s
order by a.publisher;
