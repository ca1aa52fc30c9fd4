-- One statement for each right that somebody else has on a view of mart, to be run when the view was made anew.
select
    format(
        'grant %%s on mart.%%I to %%s%%s',
        acl.privilege_type,
        view.relname,
        case when acl.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(acl.grantee)) end,
        case when acl.is_grantable then ' with grant option' else '' end
    )
from pg_class as view
cross join aclexplode(view.relacl) as acl
where
    view.relnamespace = 'mart'::regnamespace
    and view.relname = any(%(names)s)
    and acl.grantee <> view.relowner
order by 1
