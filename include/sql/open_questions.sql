-- Opens questions on doubtful acts that have none, as many as the limit of open ones leaves room for: those never asked
-- first, then the longest ago, the most doubtful and the oldest of them before others.
insert into sanctions.questions (id, event_id, run_id, asked_at, expires_at, mention_ids)
select
    gen_random_uuid() as question_id,
    event.id as event_id,
    %(run_id)s,
    %(now)s,
    %(expires_at)s,
    array(
        select mention.id
        from sanctions.event_mentions as mention
        inner join news.articles as article on mention.article_id = article.id
        where mention.event_id = event.id and mention.is_current
        order by article.published_at nulls last, mention.id -- noqa: RF01
    ) as mention_ids
from sanctions.events as event
left join lateral (
    select max(question.closed_at) as closed_at
    from sanctions.questions as question
    where question.event_id = event.id
) as before on true
where
    event.review_status = 'pending'
    and not event.is_withdrawn
    and not exists (
        select
        from sanctions.questions as question
        where question.event_id = event.id and question.closed_at is null
    )
order by before.closed_at nulls first, event.confidence, event.first_seen_at, event.id
limit (
    select greatest(%(most)s - count(*), 0)
    from sanctions.questions
    where closed_at is null
)
on conflict do nothing;
