/** What is about to be proposed, in a few lines beside the form. */
import { useTranslation } from 'react-i18next';
import type { Term } from '../../../../domain/shared/day.ts';
import { Fact, FactList } from '../../../ui/facts.tsx';
import { Section } from '../../../ui/section.tsx';
import { useTermWords } from '../../../ui/term.ts';
import { stepWords } from './draft.ts';
import type { Draft } from './draft.ts';

export function Summary({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const { t: nameOf } = useTranslation('codes');
  const wordsOf = useTermWords();
  const { kind, title, proposer, region, parties, term, parent, approvals } = draft;
  const said = (text: string | undefined) => text?.trim() || t('proposal.summary.nothing');
  return (
    <Section title={t('proposal.summary.title')}>
      <FactList>
        <Fact name={nameOf(`kind.${kind}`)}>{said(title)}</Fact>
        <Fact name={t('agreement.facts.proposer')}>{said(proposer?.name)}</Fact>
        <Fact name={t('agreement.facts.region')}>{said(region?.name)}</Fact>
        <Fact name={t('proposal.summary.parties')}>
          {parties.map(({ key, how, office, outside }) => (
            <div key={key}>{said(how === 'office' ? office?.name : outside)}</div>
          ))}
        </Fact>
        <Fact name={t('proposal.term.title')}>
          {isGiven(term) ? wordsOf(term) : t('proposal.summary.nothing')}
        </Fact>
        {kind === 'pks' && parent && <Fact name={t('proposal.term.parent')}>{parent.name}</Fact>}
        <Fact name={t('proposal.summary.approvals')}>
          {approvals.length === 0
            ? t('proposal.summary.noApprovals')
            : approvals.map((step) => said(stepWords(step))).join(' → ')}
        </Fact>
      </FactList>
    </Section>
  );
}

function isGiven({ start, end }: Term): boolean {
  return start !== '' && end !== '';
}
