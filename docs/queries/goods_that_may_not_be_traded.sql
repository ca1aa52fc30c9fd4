-- Which goods may a country not sell, or not be sold, and by whose decision?
select
    target.code as target,
    measure.flow,
    good.name as good,
    count(*) as acts,
    array_agg(distinct imposer.name order by imposer.name) as imposers
from sanctions.events as event
inner join sanctions.event_parties as target on event.id = target.event_id and target.role = 'target'
inner join sanctions.event_parties as imposer on event.id = imposer.event_id and imposer.role = 'imposer'
inner join sanctions.event_measures as measure on event.id = measure.event_id
cross join unnest(measure.objects) as good (name)
where
    target.kind = 'country'
    and measure.flow is not null
    and event.event_class = 'IMPOSE'
    and event.modality = 'asserted'
    and not event.is_withdrawn
group by target.code, measure.flow, good.name
order by target.code asc, measure.flow asc, acts desc, good.name asc;
