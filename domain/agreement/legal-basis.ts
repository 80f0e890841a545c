/**
 * What the law says of the document: its form, the basis it rests on, the name of each stage and
 * the reasons for which it may end. Form and basis are chosen at intake by the legal department
 * and never inferred from one another, because regions sign the same subject in different forms.
 */
import type { Day } from '../shared/day.ts';
import type { Kind, Stage } from './agreement.ts';

/** The names under which regions sign. `kinds` says which of our two kinds a form may carry. */
export const DOCUMENT_FORMS = [
  { code: 'nota-kesepahaman', kinds: ['mou'] },
  { code: 'kesepakatan-bersama', kinds: ['mou'] },
  { code: 'nota-kesepakatan', kinds: ['mou', 'pks'] },
  { code: 'perjanjian-kerja-sama', kinds: ['pks'] },
  { code: 'kontrak', kinds: ['pks'] },
] as const satisfies readonly { code: string; kinds: readonly Kind[] }[];

export type DocumentForm = (typeof DOCUMENT_FORMS)[number]['code'];

type LegalBasisEntry = {
  code: string;
  /** First day it can be named as a basis; null where the day is not in our sources. */
  from: Day | null;
  until: Day | null;
  source: string;
};

/** The three pathways that compete for cooperation with BPJS Ketenagakerjaan. */
export const LEGAL_BASES = [
  // Cooperation of a region with a third party.
  { code: 'ksdpk', from: '2018-07-13', until: null, source: 'PP 28/2018 Ps. 13–22' },
  // Synergy with a central body; the agreement carries a work plan.
  { code: 'sinergi', from: '2018-07-13', until: null, source: 'PP 28/2018 Ps. 46' },
  // Cooperation of BPJS with other bodies, regions among them.
  { code: 'hubungan-antarlembaga', from: null, until: null, source: 'PP 85/2013 Ps. 2–5' },
] as const satisfies readonly LegalBasisEntry[];

export type LegalBasis = (typeof LEGAL_BASES)[number]['code'];

type EndingEntry = {
  code: string;
  bases: readonly LegalBasis[];
  /** Whether it ends without the consent of all parties; the others are told. */
  byLaw: boolean;
  source: string;
};

const EVERY_BASIS: readonly LegalBasis[] = LEGAL_BASES.map(({ code }) => code);

/**
 * The reasons for which an agreement may end before its last day. A change of leadership or of
 * the official who signed is not among them (PP 28/2018 Ps. 9(2) and its explanation).
 */
export const LAWFUL_ENDINGS = [
  { code: 'purpose-reached', bases: EVERY_BASIS, byLaw: false, source: 'PP 28/2018 Ps. 9(1) b' },
  { code: 'agreed-by-parties', bases: EVERY_BASIS, byLaw: false, source: 'PP 28/2018 Ps. 9(1) c' },
  { code: 'superseded', bases: EVERY_BASIS, byLaw: false, source: 'PP 28/2018 Ps. 9(1) c' },
  { code: 'change-of-law', bases: EVERY_BASIS, byLaw: true, source: 'PP 28/2018 Ps. 9(1) d' },
  { code: 'object-lost', bases: EVERY_BASIS, byLaw: true, source: 'PP 28/2018 Ps. 9(1) e' },
  { code: 'court-judgment', bases: ['ksdpk'], byLaw: true, source: 'PP 28/2018 Ps. 22(2) a' },
  { code: 'partner-bankrupt', bases: ['ksdpk'], byLaw: true, source: 'PP 28/2018 Ps. 22(2) b' },
] as const satisfies readonly EndingEntry[];

export type LawfulEnding = (typeof LAWFUL_ENDINGS)[number]['code'];

/** Whether a document form may carry an agreement of this kind. */
export function formSuits(form: DocumentForm, kind: Kind): boolean {
  const kinds: readonly Kind[] | undefined = DOCUMENT_FORMS.find(
    ({ code }) => code === form,
  )?.kinds;
  return kinds?.includes(kind) ?? false;
}

/** Whether a legal basis can be named by an agreement proposed on this day. */
export function basisInForce(basis: LegalBasis, day: Day): boolean {
  const entry = LEGAL_BASES.find(({ code }) => code === basis) as LegalBasisEntry | undefined;
  if (!entry) return false;
  return (!entry.from || entry.from <= day) && (!entry.until || day <= entry.until);
}

/** Whether an agreement on this basis may end for this reason. */
export function endingLawful(reason: LawfulEnding, basis: LegalBasis): boolean {
  const bases: readonly LegalBasis[] | undefined = LAWFUL_ENDINGS.find(
    ({ code }) => code === reason,
  )?.bases;
  return bases?.includes(basis) ?? false;
}

/** Whether one party alone records this end, because the law brings it about. */
export function endsByLaw(reason: LawfulEnding): boolean {
  return LAWFUL_ENDINGS.some(({ code, byLaw }) => code === reason && byLaw);
}

/**
 * The stage of PP 28/2018 Ps. 6(1) (for third parties by Ps. 19(1)) to which one of our stages
 * belongs. The law names no stage for review and approval; they are part of the drawing up.
 */
export function stageInLaw(stage: Stage, kind: Kind): string {
  const document = kind === 'mou' ? 'kesepakatan-bersama' : 'kontrak-pks';
  const names: Record<Stage, string> = {
    proposal: 'persiapan-dan-penawaran',
    drafting: `penyusunan-${document}`,
    review: `penyusunan-${document}`,
    approval: `penyusunan-${document}`,
    signing: `penandatanganan-${document}`,
    active: 'pelaksanaan',
    ended: 'penatausahaan-dan-pelaporan',
  };
  return names[stage];
}
