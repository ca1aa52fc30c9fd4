-- One row per act and article that reports it, as the current extractors read it.
select
    mention.id as mention_id,
    mention.event_id,
    mention.article_id,
    article.url,
    article.publisher,
    article.title,
    article.published_at,
    article.seen_at,
    member.story_id,
    mention.event_type,
    mention.modality,
    mention.salience,
    mention.instrument,
    mention.event_date,
    mention.effective_date,
    mention.confidence,
    mention.extract_version,
    array(select party.value ->> 'name' from jsonb_array_elements(mention.imposers) as party (value)) as imposers,
    array(select party.value ->> 'name' from jsonb_array_elements(mention.targets) as party (value)) as targets,
    array(select party.value ->> 'name' from jsonb_array_elements(mention.actors) as party (value)) as actors,
    array(select measure.value ->> 'type' from jsonb_array_elements(mention.measures) as measure (value)) as measures,
    array(select sentence.value ->> 'text' from jsonb_array_elements(mention.evidence) as sentence (value)) as evidence
from sanctions.event_mentions as mention
inner join news.articles as article on mention.article_id = article.id
left join news.story_members as member on mention.article_id = member.article_id
where mention.is_current and mention.event_id is not null
order by mention.id;
