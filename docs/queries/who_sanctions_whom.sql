-- Who sanctions whom, how often, and since when?
select
    imposer_code,
    target_code,
    impositions,
    extensions,
    relaxations,
    first_imposed_on,
    last_act_on
from mart.imposer_target_matrix
where impositions + extensions + relaxations > 0
order by impositions desc, imposer_code asc, target_code asc;
