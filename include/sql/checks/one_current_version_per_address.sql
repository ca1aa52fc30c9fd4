-- Every address has at most one current version of its article
-- hard
select count(*) as offending
from (
    select url_id
    from news.articles
    where is_current
    group by url_id
    having count(*) > 1
) as doubled;
