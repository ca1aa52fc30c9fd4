-- One row per sentence that supports an act, with the way back to the bytes that were fetched.
create or replace view mart.event_evidence as
select
    mention.event_id,
    mention.id as mention_id,
    sentence.nr as sentence_number,
    article.publisher,
    article.title,
    article.published_at,
    article.url,
    mention.event_type,
    mention.modality,
    mention.salience,
    mention.confidence,
    mention.extract_version,
    article.id as article_id,
    article.clean_version,
    member.story_id,
    member.relation as story_relation,
    page.id as page_id,
    page.fetched_at,
    page.warc_file,
    page.warc_offset,
    page.warc_length,
    sentence.value ->> 'text' as sentence,
    (sentence.value ->> 'start')::integer as start_offset,
    (sentence.value ->> 'end')::integer as end_offset
from sanctions.event_mentions as mention
cross join lateral jsonb_array_elements(mention.evidence) with ordinality as sentence (value, nr)
inner join news.articles as article on mention.article_id = article.id
inner join news.pages as page on article.page_id = page.id
left join news.story_members as member on article.id = member.article_id
where mention.is_current;
comment on view mart.event_evidence is 'One row per sentence of a current article that supports an act';
comment on column mart.event_evidence.event_id is 'The act, as in mart.events';
comment on column mart.event_evidence.mention_id is 'The report of the act in one article';
comment on column mart.event_evidence.sentence_number is 'Order among the sentences of that report, from 1';
comment on column mart.event_evidence.sentence is 'The sentence as it stands in the article';
comment on column mart.event_evidence.publisher is 'Who published the article';
comment on column mart.event_evidence.title is 'Headline of the article';
comment on column mart.event_evidence.published_at is 'When it was published';
comment on column mart.event_evidence.url is 'Its address';
comment on column mart.event_evidence.event_type is 'What this article says the act is';
comment on column mart.event_evidence.modality is 'What this article says of its being done';
comment on column mart.event_evidence.salience is 'main or secondary in this article';
comment on column mart.event_evidence.confidence is 'Probability that this report was read rightly, 0 to 1';
comment on column mart.event_evidence.extract_version is 'Version of the extractors that read it';
comment on column mart.event_evidence.article_id is 'The version of the article';
comment on column mart.event_evidence.start_offset is 'First character of the sentence in the article''s text';
comment on column mart.event_evidence.end_offset is 'Character after its last one';
comment on column mart.event_evidence.clean_version is 'Version of the cleaning that made the article''s text';
comment on column mart.event_evidence.story_id is 'The story that the article belongs to';
comment on column mart.event_evidence.story_relation is 'What the article is in its story: canonical, copy, truncated ...';
comment on column mart.event_evidence.page_id is 'The fetched page behind the article';
comment on column mart.event_evidence.fetched_at is 'When it was fetched';
comment on column mart.event_evidence.warc_file is 'Archive file with its bytes, relative to the archive''s root';
comment on column mart.event_evidence.warc_offset is 'First byte of its record there';
comment on column mart.event_evidence.warc_length is 'Length of the record';
