/** One agreement as its page reads it. */
import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { call } from '../../connection/call.ts';
import type { AnswerFrom } from '../../connection/call.ts';

export type Agreement = AnswerFrom<'get /agreements/{id}'>;
export type Desk = Agreement['desks'][number];

export function agreementQuery(id: string) {
  return queryOptions({
    queryKey: ['agreement', id],
    queryFn: ({ signal }) => call('get /agreements/{id}', { params: { id }, signal }),
  });
}

/** Takes over an agreement as a command answered it; what hangs on it is read again. */
export function useNewState(): (agreement: Agreement) => void {
  const client = useQueryClient();
  return (agreement) => {
    client.setQueryData(agreementQuery(agreement.id).queryKey, agreement);
    void client.invalidateQueries({ queryKey: ['agreements'] });
    for (const part of ['timeline', 'milestones']) {
      void client.invalidateQueries({ queryKey: ['agreement', agreement.id, part] });
    }
  };
}
