-- Who has to act, of those that are stuck: storage servers, the other end of a migration, a host.
select actor, count(*) as cores, group_concat(distinct signature) as signatures
from core where state = 'stuck' and actor is not null group by actor order by cores desc, actor;
