-- Mentions of these articles, or of all where none are given, that are new or changed since they were resolved, in
-- themselves, their article, story or decisions, those that were taken out and brought back in between, and those that
-- are gone, which have no fingerprint.
with decided as (
    select
        coalesce(current_article.id, report.article_id) as article_id,
        string_agg(
            row(decision.*, report.*)::text,
            ' ' order by decision.decided_at, decision.id, report.side, report.start_offset
        ) as decisions
    from sanctions.decisions as decision
    inner join sanctions.decision_reports as report on decision.id = report.decision_id
    inner join news.articles as article on report.article_id = article.id
    left join news.articles as current_article
        on article.url_id = current_article.url_id and current_article.is_current
    where not decision.is_revoked
    group by 1
),

present as (
    select
        mention.id,
        mention.event_id,
        mention.is_current,
        case when mention.is_current then hashtextextended(
            row(
                mention.extract_version, mention.event_type, mention.modality, mention.salience, mention.instrument,
                mention.event_date, mention.effective_date, mention.imposers, mention.targets, mention.actors,
                mention.measures, mention.evidence, mention.confidence, article.published_at, article.seen_at,
                article.publisher, member.story_id, decided.decisions, %(version)s::text
            )::text,
            0
        ) end as fingerprint
    from sanctions.event_mentions as mention
    inner join news.articles as article on mention.article_id = article.id
    left join news.story_members as member on mention.article_id = member.article_id
    left join decided on mention.article_id = decided.article_id
    where %(article_ids)s::uuid[] is null or mention.article_id = any(%(article_ids)s::uuid[])
)

select
    present.fingerprint,
    present.id::text as id,
    present.event_id::text as event_id,
    resolved.block_id::text as block_id
from present
left join sanctions.resolved_mentions as resolved on present.id = resolved.mention_id
where
    present.fingerprint is distinct from resolved.fingerprint
    or (present.is_current and present.event_id is null)
union all
select
    null as fingerprint,
    resolved.mention_id::text as id,
    null as event_id,
    resolved.block_id::text as block_id
from sanctions.resolved_mentions as resolved
where
    %(article_ids)s::uuid[] is null
    and not exists (
        select
        from sanctions.event_mentions as mention
        where mention.id = resolved.mention_id
    );
