-- The furniture of publishers.
select
    publisher,
    array_agg(paragraph order by paragraph) as paragraphs
from news.templates
where publisher = any(%(publishers)s)
group by publisher
order by publisher;
