/**
 * `npm run audit:verify -- ANCHOR` checks every link of the audit. The anchor stands in the weekly
 * mail to administrators; without one the chain is only compared with itself. Exits with 1 when a
 * link does not hold.
 */
import { databaseUrl } from '../prisma/databases.ts';
import { readSettings } from '../config/settings.ts';
import { readAnchor, verifyAudit } from '../prisma/audit/verify.ts';
import { connect } from '../prisma/connect.ts';

const given = process.argv[2];
const anchor = given === undefined ? undefined : readAnchor(given);
if (given !== undefined && anchor === undefined) {
  console.error('An anchor looks like 128:4f0c…, a number, a colon and 64 hexadecimal digits.');
  process.exit(2);
}

const database = connect(databaseUrl(readSettings(), 'mapalus_worker'));
const { events, subjects, seals, broken, unproven, holes } = await verifyAudit(database, anchor);
await database.close();

console.log(`${events} events of ${subjects} subjects, ${seals} seals.`);
if (broken !== null) console.log(`The first link that does not hold: ${broken}.`);
else if (anchor && unproven === 0) console.log('Every link holds and is proved by the anchor.');
else if (anchor)
  console.log(`Every link holds. ${unproven} events came after the anchor and are unproven.`);
else
  console.log(
    `Every link holds, but without an anchor the tail of ${unproven} events is unproven.`,
  );
if (holes.length > 0) {
  console.log(`${holes.length} holes are marked, where an older backup was restored:`);
  for (const { subject, seq, from, to } of holes)
    console.log(`  ${subject} #${seq}: what led from version ${from} to ${to} is not told.`);
}
process.exit(broken === null ? 0 : 1);
