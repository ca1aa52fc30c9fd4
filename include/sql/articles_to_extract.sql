-- Current English articles that grouping has seen and extraction at this version has not.
select
    article.id::text as id,
    article.title,
    article.text,
    (article.published_at at time zone 'UTC')::date as published_on
from news.articles as article
left join news.outcomes as done
    on article.id = done.item_id and done.stage = 'extract' and done.version = %(version)s -- noqa: RF02
where
    done.item_id is null
    and article.is_current
    and article.language in ('en', '')
    and mod(uuid_hash(article.id)::bigint + 2147483648, %(shards)s) = %(shard)s -- noqa: RF02
    and article.id in (
        select member.article_id
        from news.story_members as member
        union all
        select grouped.item_id
        from news.outcomes as grouped
        where grouped.stage = 'group'
    )
order by article.seen_at, article.id
limit %(batch_size)s;
