-- One row per act and article that reports it.
create or replace view mart.event_reports as
select
    mention.id as mention_id,
    mention.event_id,
    article.id as article_id,
    article.url,
    article.publisher,
    article.title,
    article.byline,
    article.language,
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
left join news.story_members as member on article.id = member.article_id
where mention.is_current and mention.event_id is not null;
comment on view mart.event_reports is 'One row per act and article that reports it, with what that article says of the act';
comment on column mart.event_reports.mention_id is 'The report of the act in one article';
comment on column mart.event_reports.event_id is 'The act, as in mart.events';
comment on column mart.event_reports.article_id is 'The version of the article';
comment on column mart.event_reports.url is 'Its address';
comment on column mart.event_reports.publisher is 'Who published the article';
comment on column mart.event_reports.title is 'Headline of the article';
comment on column mart.event_reports.byline is 'Author as printed';
comment on column mart.event_reports.language is 'ISO 639-1, empty when unknown';
comment on column mart.event_reports.published_at is 'When it was published';
comment on column mart.event_reports.seen_at is 'When its page was fetched';
comment on column mart.event_reports.story_id is 'The story that the article belongs to';
comment on column mart.event_reports.event_type is 'What this article says the act is';
comment on column mart.event_reports.modality is 'What this article says of its being done';
comment on column mart.event_reports.salience is 'main or secondary in this article';
comment on column mart.event_reports.instrument is 'Legal instrument that it names';
comment on column mart.event_reports.event_date is 'Day of the act as it states it: YYYY-MM-DD, YYYY-MM or YYYY';
comment on column mart.event_reports.effective_date is 'Day it takes effect, when it says so';
comment on column mart.event_reports.confidence is 'Probability that this report was read rightly, 0 to 1';
comment on column mart.event_reports.extract_version is 'Version of the extractors that read it';
comment on column mart.event_reports.imposers is 'Names of who imposes, as in this article';
comment on column mart.event_reports.targets is 'Names of who is hit';
comment on column mart.event_reports.actors is 'Who condemns, violates or calls for it';
comment on column mart.event_reports.measures is 'Types of its measures';
comment on column mart.event_reports.evidence is 'The sentences that say so';
