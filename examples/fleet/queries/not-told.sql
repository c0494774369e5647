-- What one dump did not tell, by what that hangs on: where debug info or a second dump would help.
select signature, count(*) as cores, max(next) as next
from core where state = 'unknown' group by signature order by cores desc, signature;
