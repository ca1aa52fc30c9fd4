-- Keeps the texts of articles that were just kept; one that was dropped comes back.
insert into news.article_texts (article_id, seen_at, title, text)
select distinct on (article.id)
    article.id,
    article.text_at,
    given.title,
    given.text
from json_to_recordset(%(rows)s) as given (article_id uuid, title text, text text)
inner join news.articles as article on given.article_id = article.id
order by article.id
on conflict do nothing;
