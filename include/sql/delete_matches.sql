-- Forgets the matches that some articles found with earlier ones.
delete from news.story_matches
where later_article_id = any(%(ids)s::uuid[]);
