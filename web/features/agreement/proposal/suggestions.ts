/**
 * What the page fills in by itself: the only office one can propose for, its region, the parties
 * that follow from it, and the usual approval route. Nothing that people changed is touched.
 */
import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { call } from '../../../connection/call.ts';
import type { RequestTo } from '../../../connection/call.ts';
import { useSession } from '../../../connection/session.ts';
import { regionQuery } from '../../../ui/region.ts';
import type { Choice } from '../../../ui/choice.tsx';
import { aStep, partyFor, sideOf, usualTerm } from './draft.ts';
import type { Draft, OfficeChoice } from './draft.ts';

export function useSuggestions(form: UseFormReturnType<Draft>): void {
  const { values } = form;
  useOnlyProposer(form);
  useOwnRegion(form);
  useUsualParties(form);
  useUsualRoute(form);
  const { today } = useSession().installation;
  const { kind } = values;
  useEffect(() => {
    if (!form.getValues().own.term) form.setFieldValue('term', usualTerm(kind, today));
  }, [kind]);
}

function useOnlyProposer(form: UseFormReturnType<Draft>): void {
  const { data } = useOffices({ actingFor: 'agreement.create', limit: 2 });
  const only = data?.length === 1 ? data[0] : undefined;
  useEffect(() => {
    if (only && !form.getValues().proposer) form.setFieldValue('proposer', only);
  }, [only]);
}

function useOwnRegion(form: UseFormReturnType<Draft>): void {
  const { parties, proposer } = form.values;
  const government = parties.find(({ side, office }) => side === 'government' && office)?.office;
  const office = proposer && sideOf(proposer.office) === 'government' ? proposer : government;
  const code = office?.office.region ?? undefined;
  const { data: region } = useQuery(regionQuery(code));
  useEffect(() => {
    if (region && !form.getValues().own.region) {
      form.setFieldValue('region', { id: region.code, name: region.name });
    }
  }, [region]);
}

function useUsualParties(form: UseFormReturnType<Draft>): void {
  const { proposer, kind } = form.values;
  const institution = useInstitution(proposer);
  const branches = useOffices({ kind: 'bpjs-branch', limit: 2 });
  const onlyBranch = branches.data?.length === 1 ? branches.data[0] : undefined;
  useEffect(() => {
    const { own, parties } = form.getValues();
    if (own.parties || !proposer) return;
    const party = partyFor(proposer, kind) === 'itself' ? proposer : institution;
    const side = sideOf(proposer.office);
    if (!party) return;
    form.setFieldValue(
      'parties',
      parties.map((each) => {
        if (each.side === side) return { ...each, office: party };
        if (each.side === 'bpjs' && onlyBranch) return { ...each, office: onlyBranch };
        return each;
      }),
    );
  }, [proposer?.id, kind, institution?.id, onlyBranch?.id]);
}

// First the legal division of the government, then the branch.
function useUsualRoute(form: UseFormReturnType<Draft>): void {
  const { t } = useTranslation();
  const { parties } = form.values;
  const government = parties.find(({ side, office }) => side === 'government' && office)?.office;
  const branch = parties.find(({ side, office }) => side === 'bpjs' && office)?.office;
  const divisions = useOffices(
    { institution: government?.office.institution.id ?? '', kind: 'setda-division', limit: 50 },
    government !== undefined,
  );
  const word = t('proposal.legalDivisionWord').toLowerCase();
  const legal =
    divisions.data?.find(({ name }) => name.toLowerCase().includes(word)) ?? divisions.data?.[0];
  useEffect(() => {
    if (form.getValues().own.approvals) return;
    const first = legal && aStep([bare(legal)], []);
    const second = branch && aStep([bare(branch)], first ? [first.key] : []);
    form.setFieldValue(
      'approvals',
      [first, second].filter((step) => step != null),
    );
  }, [legal?.id, branch?.id]);
}

function useInstitution(proposer: OfficeChoice | null): OfficeChoice | undefined {
  const { data } = useOffices(
    { institution: proposer?.office.institution.id ?? '', kind: 'government', limit: 5 },
    proposer !== null,
  );
  return data?.find(({ id }) => id === proposer?.office.institution.id);
}

function useOffices(query: NonNullable<RequestTo<'get /offices'>['query']>, enabled = true) {
  return useQuery({
    queryKey: ['lookup', 'suggested-offices', query],
    enabled,
    queryFn: async ({ signal }): Promise<OfficeChoice[]> => {
      const { items } = await call('get /offices', { query, signal });
      return items.map((office) => ({ id: office.id, name: office.name, office }));
    },
  });
}

function bare({ id, name }: Choice): Choice {
  return { id, name };
}
