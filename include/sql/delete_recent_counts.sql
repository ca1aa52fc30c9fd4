delete from news.recent_counts
where day < %(first)s;
