-- Articles that were read as copies and are none any more.
delete from sanctions.copies_read
where
    article_id = any(%(article_ids)s::uuid[])
    and not article_id = any(%(copy_ids)s::uuid[]);
