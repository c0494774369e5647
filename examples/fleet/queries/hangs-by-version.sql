-- Hangs and crashes by QEMU's version: of how many cores of each.
select coalesce(version, 'not known') as qemu, sum(state in ('stuck', 'crashed')) as troubled, count(*) as cores
from core where error is null group by qemu order by troubled desc, qemu;
