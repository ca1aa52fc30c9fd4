-- The furniture of publishers, and from when on articles are compared without it.
select
    publisher,
    paragraph,
    holds_from
from news.templates
where publisher = any(%(publishers)s)
order by publisher, holds_from, paragraph;
