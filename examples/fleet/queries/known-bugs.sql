-- Known bugs of QEMU, and the release that has each fixed: what an upgrade would have spared.
select coalesce(issue, 'no issue') as issue, title, fixed_in, count(distinct core.host || core.core) as cores,
       group_concat(distinct version) as versions
from known join core using (host, core) group by issue, title, fixed_in order by cores desc, title;
