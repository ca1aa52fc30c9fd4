-- How many texts of a month were dropped, of those that lie in a file of the archive now.
select news.drop_texts(%(starts_at)s, %(ids)s::uuid[], %(file)s) as dropped;
