-- Hangs and crashes by what is the same of the same hang, the most frequent first.
select count(*) as cores, count(distinct host) as hosts, signature, max(sentence) as example
from core where state in ('stuck', 'crashed') group by signature order by cores desc, signature;
