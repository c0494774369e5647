-- Hosts with the most trouble.
select host, sum(state = 'stuck') as stuck, sum(state = 'crashed') as crashed, count(*) as cores
from core group by host order by stuck + crashed desc, host;
