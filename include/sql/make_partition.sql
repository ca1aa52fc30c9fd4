-- Makes one partition; false when it was there.
select news.make_partition(%(parted)s, %(starts_at)s) as is_made;
