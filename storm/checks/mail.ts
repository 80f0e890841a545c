/**
 * Mail as promised: what was due has left, once unless it is shown as possibly doubled, not before
 * its time; each day that reminds or ends has its letters, and has them once.
 */
import type { AuditRow, Facts } from '../facts.ts';
import { repeated } from './finding.ts';
import type { Checked, Finding } from './finding.ts';

type Given = Pick<Facts, 'outbox' | 'received' | 'audit' | 'businessNow'>;

/** Compares the outbox with the mailbox and with what the timelines promise. */
export function checkMail(given: Given): Checked {
  const findings = [
    ...lettersApart(given),
    ...strangers(given),
    ...doubled(given),
    ...unwritten(given),
  ];
  return { looked: given.outbox.length, findings };
}

function say(about: string, what: string): Finding {
  return { check: 'mail', about, what };
}

function lettersApart({ outbox, received, businessNow }: Given): Finding[] {
  return outbox.flatMap(({ id, state, messageId, notBefore, ...mail }) => {
    const times = received.get(messageId) ?? 0;
    const due = notBefore <= businessNow;
    const about = `${mail.template} ${id}`;
    if (state === 'not-sent') {
      const left = times > 0 && !mail.possiblyDoubled;
      return left ? [say(about, `is not sent, and was received ${times} times`)] : [];
    }
    if (state !== 'sent') {
      const waits = state === 'queued' && !due && times === 0;
      return waits
        ? []
        : [say(about, `is ${state}, was received ${times} times, and is ${due ? '' : 'not '}due`)];
    }
    const most = mail.possiblyDoubled ? mail.attempts : 1;
    if (times < 1 || times > most)
      return [say(about, `was sent, and received ${times} times (at most ${most})`)];
    const early = mail.sentBusinessAt === null || mail.sentBusinessAt < notBefore;
    return early ? [say(about, 'was sent before its time')] : [];
  });
}

function strangers({ outbox, received }: Given): Finding[] {
  const known = new Set(outbox.map(({ messageId }) => messageId));
  return [...received.keys()]
    .filter((messageId) => !known.has(messageId))
    .map((messageId) => say(messageId, 'was received, and stands in no outbox'));
}

function doubled({ outbox, audit }: Given): Finding[] {
  const letters = outbox.map(({ agreementId, causeKey, template, toAddress }) =>
    [template, toAddress, agreementId, causeKey].join(' '),
  );
  const reminders = outbox
    .filter(({ template, toAddress }) => template === 'reminder' && toAddress !== null)
    .map(({ agreementId, toAddress, businessDay }) =>
      [agreementId, toAddress, businessDay].join(' '),
    );
  const days = audit.flatMap(({ subject, event }) =>
    event.events
      .filter(({ kind }) => kind === 'reminded' || kind === 'expired' || kind === 'started')
      .map(({ kind }) => [subject, kind, event.businessDay].join(' ')),
  );
  return [
    ...repeated(letters).map((letter) => say(letter, 'was written twice for one cause')),
    ...repeated(reminders).map((letter) => say(letter, 'is reminded twice on one day')),
    ...repeated(days).map((day) => say(day, 'is told twice')),
  ];
}

// A signed renewal has answered the question that these letters ask.
function unwritten({ outbox, audit }: Given): Finding[] {
  const written = new Set(
    outbox.map(({ agreementId, causeKey, template }) =>
      [agreementId, causeKey, template].join(' '),
    ),
  );
  return audit.flatMap((row) =>
    promisedBy(row)
      .filter((template) => !written.has([idOf(row), row.key, template].join(' ')))
      .map((template) =>
        say(`${row.subject} ${row.key}`, `promises a letter (${template}) that was not written`),
      ),
  );
}

function promisedBy({ event }: AuditRow): string[] {
  return event.events.flatMap((each) => {
    if (each.kind === 'reminded' && each.renewal !== 'signed') return ['reminder'];
    if (each.kind === 'expired' && each.renewal !== 'signed') return ['expired'];
    return [];
  });
}

function idOf({ subject }: AuditRow): string {
  return subject.replace('agreement/', '');
}
