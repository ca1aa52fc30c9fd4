-- When the first page was fetched; null when there is none.
select min(fetched_at) as fetched_at
from news.pages;
