-- Which measures were taken against Turkey, on what, by whom, and how often were they eased or lifted again?
select
    measure_type,
    flow,
    objects,
    imposer_codes,
    impositions,
    extensions,
    relaxations,
    first_act_on,
    last_act_on
from mart.measures_by_target
where target_code = 'TR'
order by impositions desc, measure_type asc, flow asc;
