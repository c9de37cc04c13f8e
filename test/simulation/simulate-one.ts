import { readFileSync } from 'node:fs';
import { formatCommand, MIX, parseCommand } from './kit/commands.ts';
import { shrink } from './kit/shrink.ts';
import { simulate } from './kit/simulation.ts';
import { openStage } from './kit/stage.ts';

const [from = '1', count = '1', ops = '100', mode = 'booking', trace = '0'] = process.argv.slice(2);
const stage = await openStage();
const mix =
  mode === 'booking' ? { ...MIX, person: {}, service: { ...MIX.service, imports: 0, poll: 0, verify: 0 } } : MIX;
const began = performance.now();
let steps = 0;
let bad = 0;
async function dump() {
  for (const t of [
    'SELECT outlook_item_id, error_count, last_error, last_poll_at, last_success_at, last_baseline_at, quarantined_until, delta_from FROM bridge_calendars',
    'SELECT * FROM sim_mapping_log ORDER BY mapping_id, id',
    'SELECT id, mapping_id, kind, status, outlook_item_id, substr(outlook_event_id,-20) e, generation, fencing_token, created_at, closed_at FROM bridge_intents',
    'SELECT at, action, reason, resource_id, mapping_id, reservation_type, reservation_id, substr(outlook_event_id,-20) e FROM bridge_journal',
    'SELECT id, reservation_type t, reservation_id r, resource_id, outlook_item_id c, substr(outlook_event_id,-20) e, sync_status s, conflict_kind, error_message, generation g, gone_since, retryable, next_retry_at, version, room_copy, origin, ical_uid FROM bridge_mappings',
  ]) {
    console.log('==', t.slice(0, 60));
    for (const row of await stage.query(t)) console.log(JSON.stringify(row));
  }
}
for (let n = Number(from); n < Number(from) + Number(count); n += 1) {
  const given = process.env['CMDS'];
  const options = {
    seed: String(n),
    ops: Number(ops),
    workers: 3,
    mix,
    ...(given && { commands: readFileSync(given, 'utf8').trim().split('\n').map(parseCommand) }),
  };
  let report = await simulate(stage, { ...options, traceLines: 0 });
  steps += report.steps;
  if (report.broken.length > 0) {
    bad += 1;
    console.log(n, report.hash, report.broken.slice(0, 3).join('\n   '));
    if (trace !== '0') {
      const small = await shrink(stage, options, report);
      console.log(`shrunk to ${small.commands.length} in ${small.runs} runs`);
      report = await simulate(stage, { ...options, commands: small.commands, traceLines: Number(trace) });
      console.log(report.trace.filter((l) => !/job_locks|bridge_runs/.test(l)).join('\n'));
      await dump();
      console.log(small.commands.map(formatCommand).join('\n'));
      console.log(report.broken.join('\n'));
    }
  }
  if (count === '1') console.log(report.hash, JSON.stringify(report.counters, null, 0));
}
const ms = performance.now() - began;
console.log(
  `${count} seeds, ${bad} bad, ${Math.round(ms / Number(count))} ms per seed, ${steps} steps, ${((ms * 1000) / steps).toFixed(1)} us per step`,
);
