-- Half a hundred look-ups an article, one for each posting, bought nothing: postings are written in the transaction that
-- reads the article, and articles are never deleted.
alter table news.sketches drop constraint sketches_article_id_fkey;
