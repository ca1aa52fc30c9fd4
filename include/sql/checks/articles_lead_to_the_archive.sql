-- Every article with a current mention leads to a page whose bytes lie in the archive
-- hard
select count(*) as offending
from sanctions.event_mentions as mention
inner join news.articles as article on mention.article_id = article.id
left join news.pages as page on article.page_id = page.id
where mention.is_current and (page.id is null or page.warc_file = '' or page.warc_length <= 0);
