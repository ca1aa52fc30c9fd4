-- One row per function that is there for people to call.
select
    'mart.' || function.proname as name,
    pg_get_function_arguments(function.oid) as arguments,
    pg_get_function_result(function.oid) as result,
    obj_description(function.oid, 'pg_proc') as comment
from pg_proc as function
where function.pronamespace = 'mart'::regnamespace
order by function.proname, arguments;
