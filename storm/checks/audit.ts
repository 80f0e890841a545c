/** The audit's own arithmetic holds. */
import type { Facts } from '../facts.ts';
import type { Checked } from './finding.ts';

/** Names the first link that does not. */
export function checkAudit({ audit, brokenLink }: Pick<Facts, 'audit' | 'brokenLink'>): Checked {
  const broken = { check: 'audit' as const, about: brokenLink ?? '', what: 'does not hold' };
  return { looked: audit.length, findings: brokenLink === null ? [] : [broken] };
}
