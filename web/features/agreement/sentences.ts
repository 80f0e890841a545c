/** What happened, in sentences: one for each kind that the rules can tell. */
import { useTranslation } from 'react-i18next';
import type { AgreementEvent } from '../../../domain/agreement/transition.ts';
import { formatDay, formatNumber } from '../../../texts/format.ts';
import type { ItemFrom } from '../../connection/call.ts';
import type { IconName } from '../../ui/icons.tsx';
import { useTermWords } from '../../ui/term.ts';

type Entry = ItemFrom<'get /agreements/{id}/timeline'>;

/** The sentences of an entry, the most important first. */
export function useSentences(): (entry: Entry) => string[] {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const termWords = useTermWords();

  return ({ events, names }) => {
    const known = (id: string) => names[id] ?? t('none');
    const person = (id: string) => names[id] ?? t('agreement.timeline.somebody');
    const quoted = (id: string | null) =>
      id !== null && names[id] ? [t('agreement.timeline.remark', { text: names[id] })] : [];
    const letter = (id: string | null | undefined) =>
      id && names[id] ? [t('agreement.timeline.letter', { number: names[id] })] : [];
    const old = ({ oldPaper }: { oldPaper?: true }) =>
      oldPaper ? [t('agreement.timeline.oldPaper')] : [];
    const missed = (days: readonly number[]) =>
      days.length > 0
        ? [t('agreement.timeline.missed', { days: days.map(formatNumber).join(', ') })]
        : [];

    return (events as AgreementEvent[]).flatMap((each): string[] => {
      switch (each.kind) {
        case 'created':
          return each.renewalOf === null
            ? [t('agreement.timeline.created')]
            : [t('agreement.timeline.createdRenewal', { title: known(each.renewalOf) })];
        case 'submitted': {
          const from = each.from === 'proposal' || each.from === 'drafting' ? each.from : 'review';
          const values = { desk: known(each.desk), n: each.textVersion };
          return [
            t(`agreement.timeline.submitted.${from}`, values),
            ...(each.actedBy.kind === 'holder'
              ? [t('agreement.timeline.onPaper', { who: person(each.actedBy.id) })]
              : []),
            ...quoted(each.remarks.note),
            ...letter(each.remarks.evidence),
          ];
        }
        case 'returned':
          return [
            t('agreement.timeline.returned', {
              desk: known(each.desk),
              stage: nameOf(`stage.${each.from}`),
            }),
            ...quoted(each.reason),
            ...letter(each.evidence),
          ];
        case 'turn-passed':
          return [
            t('agreement.timeline.turnPassed', { from: known(each.from), to: known(each.to) }),
            ...quoted(each.remarks.note),
            ...letter(each.remarks.evidence),
          ];
        case 'approved':
          return [
            t('agreement.timeline.approved', {
              who: person(each.actedBy.id),
              office: known(each.office),
              n: each.textVersion,
            }),
            ...letter(each.evidence),
          ];
        case 'numbered':
          return [
            t('agreement.timeline.numbered', {
              party: known(each.party),
              day: formatDay(each.dated),
            }),
            ...old(each),
            ...letter(each.evidence),
          ];
        case 'signed':
          return [
            t('agreement.timeline.signed', {
              who: person(each.actedBy.id),
              party: known(each.party),
              day: formatDay(each.signedOn),
            }),
            ...old(each),
            ...letter(each.evidence),
          ];
        case 'title-corrected':
          return [
            t('agreement.timeline.titleCorrected', {
              before: known(each.before),
              after: known(each.after),
            }),
            ...quoted(each.reason),
          ];
        case 'number-corrected': {
          const values = { party: known(each.party), before: known(each.before.noteId) };
          return [
            each.after === null
              ? t('agreement.timeline.numberRemoved', values)
              : t('agreement.timeline.numberCorrected', {
                  ...values,
                  after: known(each.after.noteId),
                  day: formatDay(each.after.dated),
                }),
            ...quoted(each.reason),
            ...letter(each.evidence),
          ];
        }
        case 'signature-corrected': {
          const party = known(each.party);
          const whoBefore = person(each.before.actedBy.id);
          return [
            each.after === null
              ? t('agreement.timeline.signatureRemoved', { party, who: whoBefore })
              : t('agreement.timeline.signatureCorrected', {
                  party,
                  who: person(each.after.actedBy.id),
                  day: formatDay(each.after.signedOn),
                  whoBefore,
                  dayBefore: formatDay(each.before.signedOn),
                }),
            ...quoted(each.reason),
            ...letter(each.evidence),
          ];
        }
        case 'change-asked': {
          const { change } = each;
          return [
            t('agreement.timeline.asked', {
              party: known(each.party),
              change: nameOf(`change.${change.type}`),
              parties: each.awaits.map(known).join(', '),
            }),
            ...(change.type === 'changeDates'
              ? [t('agreement.timeline.askedTerm', { term: termWords(change.term) })]
              : []),
            ...(change.type === 'terminate'
              ? [t('agreement.timeline.askedEnd', { day: formatDay(change.lastDay) })]
              : []),
            ...('reasonNoteId' in change ? quoted(change.reasonNoteId) : []),
            ...('evidenceId' in change ? letter(change.evidenceId) : []),
          ];
        }
        case 'change-confirmed':
          return [
            t('agreement.timeline.confirmed', { party: known(each.party) }),
            ...letter(each.evidence),
          ];
        case 'change-declined':
          return [
            t(each.takenBack ? 'agreement.timeline.takenBack' : 'agreement.timeline.declined', {
              party: known(each.party),
              change: nameOf(`change.${each.change.type}`),
            }),
            ...quoted(each.reason),
          ];
        case 'ending-given-up':
          return [
            t('agreement.timeline.endingGivenUp'),
            ...quoted(each.reason),
            ...letter(each.evidence),
          ];
        case 'ending-reached':
          return [t('agreement.timeline.endingReached', { day: formatDay(each.lastDay) })];
        case 'stage-reached':
          return [t('agreement.timeline.stageReached', { stage: nameOf(`stage.${each.stage}`) })];
        case 'dates-changed':
          return [
            t('agreement.timeline.datesChanged', {
              before: termWords(each.before),
              after: termWords(each.after),
            }),
            ...quoted(each.reason),
            ...letter(each.evidence),
          ];
        case 'withdrawn':
          return [t('agreement.timeline.withdrawn'), ...quoted(each.reason)];
        case 'terminated': {
          const reason = nameOf(`reason.${each.lawful}`);
          return [
            each.lastDay === null
              ? t('agreement.timeline.terminatedBefore', { reason })
              : t('agreement.timeline.terminated', { reason, day: formatDay(each.lastDay) }),
            ...(each.supersededBy !== null
              ? [t('agreement.timeline.supersededBy', { title: known(each.supersededBy) })]
              : []),
            ...letter(each.evidence),
          ];
        }
        case 'reminded': {
          const n = formatNumber(each.daysLeft);
          return [
            each.renewal === 'signed'
              ? t('agreement.timeline.remindedSigned', { n })
              : each.daysLeft === 0
                ? t('agreement.timeline.remindedLast')
                : t('agreement.timeline.reminded', { n }),
            ...missed(each.missed),
          ];
        }
        case 'started':
          return [t('agreement.timeline.started')];
        case 'expired':
          return [t('agreement.timeline.expired'), ...missed(each.missed)];
        case 'renewal-moved':
          return [t(`agreement.timeline.renewal.${each.state}`, { title: known(each.renewal) })];
        case 'underlying-changed': {
          const { event, relation } = each;
          const values = { title: known(each.agreement) };
          if (event.kind === 'dates-changed') {
            return [
              t(`agreement.timeline.underlying.${relation}.dates-changed`, {
                ...values,
                before: termWords(event.before),
                after: termWords(event.after),
              }),
            ];
          }
          return [
            t(`agreement.timeline.underlying.${relation}.${event.kind}`, values),
            ...(event.kind === 'terminated' && event.lastDay !== null
              ? [t('agreement.timeline.underlying.lastDay', { day: formatDay(event.lastDay) })]
              : []),
          ];
        }
        case 'replanned':
          return [t('agreement.timeline.replanned', { n: each.rulesVersion })];
        case 'restored':
          return [
            t('agreement.timeline.restored', { from: each.from, to: each.to }),
            ...each.numbersLost.map((party) =>
              t('agreement.timeline.numberLost', { party: known(party) }),
            ),
          ];
        default:
          // A kind of a newer release than these pages.
          return [t('agreement.timeline.other', { kind: (each as { kind: string }).kind })];
      }
    });
  };
}

const SIGN: Record<AgreementEvent['kind'], IconName> = {
  created: 'plus',
  submitted: 'arrowRight',
  returned: 'arrowBack',
  'turn-passed': 'people',
  approved: 'check',
  numbered: 'document',
  signed: 'pen',
  'title-corrected': 'pen',
  'number-corrected': 'document',
  'signature-corrected': 'pen',
  'change-asked': 'clock',
  'change-confirmed': 'check',
  'change-declined': 'cross',
  'ending-given-up': 'play',
  'ending-reached': 'stop',
  'stage-reached': 'chevronRight',
  'dates-changed': 'calendar',
  withdrawn: 'cross',
  terminated: 'stop',
  reminded: 'bell',
  started: 'play',
  expired: 'stop',
  'renewal-moved': 'refresh',
  'underlying-changed': 'link',
  replanned: 'clock',
  restored: 'refresh',
};

/** The sign beside an entry. */
export function signOf(kind: string): IconName {
  return kind in SIGN ? SIGN[kind as AgreementEvent['kind']] : 'info';
}
