-- Forgets the sampled shingles of old articles that add nothing to their story's other texts: to be joined by a late
-- reprint, a story needs its canonical member and the versions that differ from it.
delete from news.sketches as s
using news.story_members as m
where
    s.article_id = m.article_id
    and s.seen_at < %(before)s
    and m.relation in ('copy', 'truncated', 'excerpt');
