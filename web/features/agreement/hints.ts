/** What the pages have read about agreements and read again after a hint. */
import type { StaleAfter } from '../../connection/live.ts';

export const agreementHints: StaleAfter = {
  // Lists always; of single agreements the one that changed, and those whose page speaks of it. One
  // that no page has heard of may be the child or the renewal of any of them.
  agreement: (id, client) => {
    const pages = client.getQueryCache().findAll({ queryKey: ['agreement'] });
    const speaking = pages.filter(
      ({ queryKey, state }) =>
        queryKey.includes(id) || JSON.stringify(state.data ?? null).includes(id),
    );
    const ids = (speaking.length > 0 ? speaking : pages).map(({ queryKey }) => queryKey[1]);
    return [['agreements'], ...[...new Set(ids)].map((each) => ['agreement', each])];
  },
  // An agreement's page names those who sign, and the hand-overs that are open.
  holder: () => [['agreement']],
};
