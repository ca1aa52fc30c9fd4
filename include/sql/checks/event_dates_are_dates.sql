-- Every date of an event is a day, a month or a year, and not more than ten years ahead
-- hard
select count(*) as offending
from sanctions.events
where
    event_date !~ '^[12]\d{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$'
    or (length(event_date) = 10 and not pg_input_is_valid(event_date, 'date')) -- no 31 February
    or left(event_date, 4)::integer > extract(year from %(now)s::timestamptz) + 10;
