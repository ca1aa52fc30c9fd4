-- A feed of kind site for each new address that no feed's entries resemble, so that it has a publisher.
insert into news.feeds (id, url, title, publisher, country, language, feed_group, kind, state, reason)
select distinct on (given.site_id)
    given.site_id as id,
    given.site_url as url,
    given.publication as title,
    given.publication as publisher,
    'ZZ' as country,
    '' as language,
    'sites' as feed_group,
    'site' as kind,
    'retired' as state, -- never polled
    'no feed' as reason
from json_to_recordset(%(rows)s) as given (id uuid, url text, site_id uuid, site_url text, publication text)
where
    not exists (
        select from news.entries as entry
        where split_part(entry.url, '/', 3) = split_part(given.url, '/', 3)
    )
    and not exists (
        select from news.entries as entry
        where entry.id = given.id
    )
order by given.site_id, given.publication
on conflict do nothing;
