-- What resolving has to look at again is noted where it changes, so that a run need not compare all mentions with what it
-- knew of them. Notes are only ever added here and deleted by key there: writers never wait for each other or for a run.
create table sanctions.changed_articles (
    change bigint generated always as identity primary key,
    article_id uuid -- no reference: what is gone is looked at, too; null for all articles
);
comment on table sanctions.changed_articles is 'One row per change to an article, its story or its mentions since resolving last looked';
comment on column sanctions.changed_articles.change is 'Number of the change';
comment on column sanctions.changed_articles.article_id is 'The article; null when everything is to be looked at';
insert into sanctions.changed_articles (article_id) values (null);

create table sanctions.last_whole_resolving (
    is_only boolean primary key default true check (is_only),
    version text not null,
    done_at timestamptz not null
);
comment on table sanctions.last_whole_resolving is 'One row: the last run of resolving that looked at all mentions';
comment on column sanctions.last_whole_resolving.is_only is 'Always true: there is one row';
comment on column sanctions.last_whole_resolving.version is 'Version of resolving that it had';
comment on column sanctions.last_whole_resolving.done_at is 'When it was';

create function sanctions.note_new_rows() returns trigger
language plpgsql set search_path = ''
as $$
begin
    insert into sanctions.changed_articles (article_id) select distinct new_rows.article_id from new_rows;
    return null;
end
$$;
comment on function sanctions.note_new_rows is 'Notes the articles of inserted rows as changed';

create function sanctions.note_lost_rows() returns trigger
language plpgsql set search_path = ''
as $$
begin
    insert into sanctions.changed_articles (article_id) select distinct old_rows.article_id from old_rows;
    return null;
end
$$;
comment on function sanctions.note_lost_rows is 'Notes the articles of deleted rows as changed';

create function sanctions.note_lost_mentions() returns trigger
language plpgsql set search_path = ''
as $$
begin
    -- Which articles they were of is not known of what was resolved, so all is looked at.
    if exists (select from old_rows) then
        insert into sanctions.changed_articles (article_id) values (null);
    end if;
    return null;
end
$$;
comment on function sanctions.note_lost_mentions is 'Notes that everything is to be looked at when mentions were deleted, which the pipeline never does';

create function sanctions.note_changed_mentions() returns trigger
language plpgsql set search_path = ''
as $$
begin
    -- To which act a mention belongs is resolving's own work, but that it lost its act is not.
    insert into sanctions.changed_articles (article_id)
    select distinct new_rows.article_id
    from new_rows
    left join old_rows on new_rows.id = old_rows.id
    where
        row(
            new_rows.article_id, new_rows.extract_version, new_rows.event_type, new_rows.modality, new_rows.salience,
            new_rows.instrument, new_rows.event_date, new_rows.effective_date, new_rows.imposers, new_rows.targets,
            new_rows.actors, new_rows.measures, new_rows.evidence, new_rows.confidence, new_rows.is_current
        ) is distinct from row(
            old_rows.article_id, old_rows.extract_version, old_rows.event_type, old_rows.modality, old_rows.salience,
            old_rows.instrument, old_rows.event_date, old_rows.effective_date, old_rows.imposers, old_rows.targets,
            old_rows.actors, old_rows.measures, old_rows.evidence, old_rows.confidence, old_rows.is_current
        )
        or (new_rows.event_id is null and old_rows.event_id is not null);
    return null;
end
$$;
comment on function sanctions.note_changed_mentions is 'Notes the articles of mentions whose content changed';

create function sanctions.note_changed_members() returns trigger
language plpgsql set search_path = ''
as $$
begin
    insert into sanctions.changed_articles (article_id)
    select new_rows.article_id
    from new_rows
    left join old_rows on new_rows.article_id = old_rows.article_id
    where new_rows.story_id is distinct from old_rows.story_id;
    return null;
end
$$;
comment on function sanctions.note_changed_members is 'Notes the articles that went to another story';

create function sanctions.note_changed_articles() returns trigger
language plpgsql set search_path = ''
as $$
begin
    insert into sanctions.changed_articles (article_id)
    select new_rows.id
    from new_rows
    left join old_rows on new_rows.id = old_rows.id
    where
        row(new_rows.published_at, new_rows.seen_at, new_rows.publisher)
        is distinct from
        row(old_rows.published_at, old_rows.seen_at, old_rows.publisher);
    return null;
end
$$;
comment on function sanctions.note_changed_articles is 'Notes the articles whose time or publisher changed; that another version counts is seen in its mentions';

create trigger note_new_mentions after insert on sanctions.event_mentions
referencing new table as new_rows for each statement execute function sanctions.note_new_rows();
create trigger note_changed_mentions after update on sanctions.event_mentions
referencing old table as old_rows new table as new_rows
for each statement execute function sanctions.note_changed_mentions();
create trigger note_lost_mentions after delete on sanctions.event_mentions
referencing old table as old_rows for each statement execute function sanctions.note_lost_mentions();
create trigger note_new_members after insert on news.story_members
referencing new table as new_rows for each statement execute function sanctions.note_new_rows();
create trigger note_changed_members after update on news.story_members
referencing old table as old_rows new table as new_rows
for each statement execute function sanctions.note_changed_members();
create trigger note_lost_members after delete on news.story_members
referencing old table as old_rows for each statement execute function sanctions.note_lost_rows();
create trigger note_changed_articles after update on news.articles
referencing old table as old_rows new table as new_rows
for each statement execute function sanctions.note_changed_articles();
