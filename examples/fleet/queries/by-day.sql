-- Hangs and crashes by day.
select date(datetime(written, 'unixepoch')) as day, sum(state = 'stuck') as stuck, sum(state = 'crashed') as crashed
from core where written is not null group by day order by day desc;
