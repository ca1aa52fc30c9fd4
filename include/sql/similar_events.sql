-- Acts that one may be the same as: of its class, within two months (of a stated month or year: of any of its days), with an imposer or somebody hit in common.
select
    other.act_on,
    other.event_type,
    other.imposers,
    other.targets,
    other.instrument,
    other.report_count,
    other.event_id::text as id
from sanctions.event_versions as this
inner join sanctions.event_versions as other
    on this.event_class = other.event_class and this.event_id <> other.event_id
where
    this.event_id = %(event_id)s
    and this.valid_to is null
    and other.valid_to is null
    and not other.is_withdrawn
    and other.review_status <> 'rejected'
    and (this.imposer_codes && other.imposer_codes or this.target_codes && other.target_codes)
    and this.act_on - other.act_on
    <= 60 + case other.act_on_precision when 'year' then 365 when 'month' then 30 else 0 end
    and other.act_on - this.act_on
    <= 60 + case this.act_on_precision when 'year' then 365 when 'month' then 30 else 0 end
order by
    (this.imposer_codes && other.imposer_codes)::integer + (this.target_codes && other.target_codes)::integer desc,
    abs(this.act_on - other.act_on),
    other.event_id
limit 6;
