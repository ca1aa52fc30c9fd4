-- Every sentence of evidence stands in its article at its offsets, white space folded: of the last day's 10,000 articles, and all others by turns
-- hard
with looked_at as (
    (
        select id
        from news.articles
        where seen_at > %(now)s::timestamptz - interval '1 day'
        order by seen_at desc
        limit 10000
    )
    union
    -- Another 256th each quarter of an hour, so that all have been looked at within three days of runs.
    select article.id
    from news.ids_in_turn(%(now)s::timestamptz) as turn
    inner join news.articles as article on article.id between turn.first_id and turn.last_id
),

quoted as (
    select
        -- What Python's str.split() takes for white space, whatever the server's locale.
        '[\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+' as gap,
        sentence.value ->> 'text' as claimed,
        substr(
            body.text,
            (sentence.value ->> 'start')::integer + 1,
            (sentence.value ->> 'end')::integer - (sentence.value ->> 'start')::integer
        ) as found
    from looked_at
    inner join sanctions.event_mentions as mention on looked_at.id = mention.article_id
    inner join news.articles as article on looked_at.id = article.id
    left join news.article_texts as body on article.id = body.article_id and article.text_at = body.seen_at
    cross join lateral jsonb_array_elements(mention.evidence) as sentence (value)
    where mention.is_current
)

select count(*) as offending
from quoted
where trim(regexp_replace(found, gap, ' ', 'g')) is distinct from trim(regexp_replace(claimed, gap, ' ', 'g'));
