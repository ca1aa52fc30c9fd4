-- One row per sentence that supports or once supported an act, with the way back to the bytes that were fetched.
create or replace view mart.event_evidence_history as
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
    (sentence.value ->> 'end')::integer as end_offset,
    mention.is_current
from sanctions.event_mentions as mention
cross join lateral jsonb_array_elements(mention.evidence) with ordinality as sentence (value, nr)
inner join news.articles as article on mention.article_id = article.id
inner join news.pages as page on article.page_id = page.id
left join news.story_members as member on article.id = member.article_id;
comment on view mart.event_evidence_history is 'One row per sentence that supports an act or once did: also of withdrawn acts, and of articles and readings that better ones came after';
comment on column mart.event_evidence_history.event_id is 'The act, as in mart.event_history; reports that went to another act are that act''s';
comment on column mart.event_evidence_history.mention_id is 'The report of the act in one article; mart.event_history.best_mention_id leads here';
comment on column mart.event_evidence_history.sentence_number is 'Order among the sentences of that report, from 1';
comment on column mart.event_evidence_history.sentence is 'The sentence as it stands in the article';
comment on column mart.event_evidence_history.publisher is 'Who published the article';
comment on column mart.event_evidence_history.title is 'Headline of the article';
comment on column mart.event_evidence_history.published_at is 'When it was published';
comment on column mart.event_evidence_history.url is 'Its address';
comment on column mart.event_evidence_history.event_type is 'What this article says the act is';
comment on column mart.event_evidence_history.modality is 'What this article says of its being done';
comment on column mart.event_evidence_history.salience is 'main or secondary in this article';
comment on column mart.event_evidence_history.confidence is 'Probability that this report was read rightly, 0 to 1';
comment on column mart.event_evidence_history.extract_version is 'Version of the extractors that read it';
comment on column mart.event_evidence_history.article_id is 'The version of the article';
comment on column mart.event_evidence_history.start_offset is 'First character of the sentence in the article''s text';
comment on column mart.event_evidence_history.end_offset is 'Character after its last one';
comment on column mart.event_evidence_history.clean_version is 'Version of the cleaning that made the article''s text';
comment on column mart.event_evidence_history.story_id is 'The story that the article belongs to';
comment on column mart.event_evidence_history.story_relation is 'What the article is in its story: canonical, copy, truncated ...';
comment on column mart.event_evidence_history.page_id is 'The fetched page behind the article';
comment on column mart.event_evidence_history.fetched_at is 'When it was fetched';
comment on column mart.event_evidence_history.warc_file is 'Archive file with its bytes, relative to the archive''s root';
comment on column mart.event_evidence_history.warc_offset is 'First byte of its record there';
comment on column mart.event_evidence_history.warc_length is 'Length of the record';
comment on column mart.event_evidence_history.is_current is 'True when the sentence still supports the act: those rows are mart.event_evidence';
