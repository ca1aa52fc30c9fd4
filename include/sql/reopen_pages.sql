-- Makes pages, and the articles that came of them, pending again for the named stages.
delete from news.outcomes
where
    (stage = 'clean' and stage = any(%(stages)s) and item_id = any(%(page_ids)s::uuid[]))
    or (
        stage in ('group', 'extract')
        and stage = any(%(stages)s)
        and item_id in (
            select article.id from news.articles as article
            where article.page_id = any(%(page_ids)s::uuid[])
        )
    );
