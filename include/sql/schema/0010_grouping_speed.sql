-- A publisher without furniture leaves no row in news.templates: it was looked through again for every batch, and what was
-- found at last would have held for articles grouped before.
create table news.learned_publishers (
    publisher text primary key,
    learned_at timestamptz not null
);
comment on table news.learned_publishers is 'One row per publisher whose furniture was looked for, even if none was found';
comment on column news.learned_publishers.publisher is 'The publisher';
comment on column news.learned_publishers.learned_at is 'When it was last looked for';

insert into news.learned_publishers (publisher, learned_at)
select
    publisher,
    max(learned_at) as learned_at
from news.templates
group by publisher;

-- Whether anything grouped is later than a newcomer.
create index stories_by_last_seen on news.stories (last_seen_at);

comment on column news.stories.canonical_reason is
'Why that member: only_member, agency_page, holds_most_others, first_published or first_seen';
