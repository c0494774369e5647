-- Prometheus text, for node_exporter's textfile collector:
--     sqlite3 -batch FLEET.db <metrics.sql >DIR/qemucore.prom.tmp && mv DIR/qemucore.prom.tmp DIR/qemucore.prom
-- A signature has no quotes or backslashes: its parts are names.
.mode list
.headers off
select '# HELP qemucore_hang_total Cores of QEMU that were stuck or had crashed, by signature.';
select '# TYPE qemucore_hang_total counter';
select 'qemucore_hang_total{state="' || state || '",signature="' ||
       replace(replace(signature, '\', '\\'), '"', '\"') || '"} ' || count(*)
from core where state in ('stuck', 'crashed') group by state, signature order by state, signature;
select '# HELP qemucore_core_total Cores that were read, by verdict; "unread" are those that could not be.';
select '# TYPE qemucore_core_total counter';
select 'qemucore_core_total{state="' || coalesce(state, 'unread') || '"} ' || count(*)
from core group by state order by state;
