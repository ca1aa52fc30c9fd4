-- Acts that fit a search: a page of them, and of the newest few thousand how many each month and target has, in one row.
with told_in_words as (
    select mention.event_id
    from sanctions.event_mentions as mention
    -- Behind a select, as the planner would call it for an estimate, too.
    where
        mention.id = any(
            (select sanctions.mentions_with_words(websearch_to_tsquery('english', %(words)s::text), %(most_told)s))::uuid[]
        )
    union
    (
        select party.event_id
        from sanctions.party_names as known
        inner join sanctions.event_parties as party on known.name = party.name
        where %(words)s::text is not null and known.plain_name operator(public.%%) sanctions.plain_name(%(words)s) -- noqa: LT01
        order by party.event_id
        limit %(most_told)s
    )
),

found as materialized (
    select event.*
    from sanctions.event_versions as event
    where
        event.valid_to is null
        and (%(after_day)s::date is null or (coalesce(event.act_on, '-infinity'::date), event.event_id) < (%(after_day)s::date, %(after_id)s::uuid))
        and (%(words)s::text is null or event.event_id = any(array(select told.event_id from told_in_words as told)))
        and (%(target)s::text is null or event.target_codes @> array[%(target)s::text])
        and (%(imposer)s::text is null or event.imposer_codes @> array[%(imposer)s::text])
        and (%(event_type)s::text is null or event.event_type = %(event_type)s)
        and (%(modality)s::text is null or event.modality = %(modality)s)
        and (%(measure)s::text is null or event.measures @> array[%(measure)s::text])
        and (%(since)s::date is null or event.act_on >= %(since)s::date)
        and (%(until)s::date is null or event.act_on <= %(until)s::date)
        and (%(least)s::real is null or event.confidence >= %(least)s::real)
        and (%(most)s::real is null or event.confidence <= %(most)s::real)
        and (%(review)s::text is null or event.review_status = %(review)s)
        and (%(withdrawn)s::boolean or not event.is_withdrawn)
    order by coalesce(event.act_on, '-infinity'::date) desc, event.event_id desc
    limit %(most_counted)s
)

select
    (
        select coalesce(jsonb_agg(to_jsonb(page)), '[]')
        from (
            select
                found.event_id,
                found.act_on,
                found.event_date,
                found.imposers,
                found.targets,
                found.event_type,
                found.modality,
                found.measures,
                found.instrument,
                found.confidence,
                found.review_status,
                found.is_withdrawn,
                found.report_count,
                found.story_count
            from found
            order by coalesce(found.act_on, '-infinity'::date) desc, found.event_id desc
            limit %(page_size)s + 1
        ) as page
    ) as events,
    (select count(*) from found) as counted,
    (
        select coalesce(jsonb_object_agg(each.month, each.n), '{}')
        from (
            select
                to_char(act_on, 'YYYY-MM') as month,
                count(*) as n
            from found
            where act_on is not null
            group by month
        ) as each
    ) as months,
    (
        select coalesce(jsonb_object_agg(each.code, each.n), '{}')
        from (
            select
                target.code,
                count(*) as n
            from found
            cross join unnest(found.target_codes) as target (code)
            group by target.code
        ) as each
    ) as targets;
