/** Who is signed in, as every page knows it. */
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import type { Action } from '../../domain/permissions.ts';
import { call } from './call.ts';
import type { AnswerFrom } from './call.ts';
import { CallFailed } from './failure.ts';

export type Session = AnswerFrom<'get /session'>;

/** The session, or null for somebody who is not signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal, client }): Promise<Session | null> => {
    try {
      return await call('get /session', { signal });
    } catch (error) {
      if (!(error instanceof CallFailed && error.problem.status === 401)) throw error;
      const known = client.getQueryData<Session>(['session']) ?? null;
      if (known) leaveForSignIn();
      return known;
    }
  },
  staleTime: 60_000,
  // The day changes while a page stays open.
  refetchInterval: 10 * 60_000,
});

/** The session on pages that only people who are signed in can see. */
export function useSession(): Session {
  const { data } = useSuspenseQuery(sessionQuery);
  if (!data) throw new Error('a page for people who are signed in was shown to somebody else');
  return data;
}

/** Whether one of the person's roles allows something anywhere. */
export function allows({ actions }: Session, ...wanted: Action[]): boolean {
  return wanted.some((action) => actions.includes(action));
}

/** Leaves for the sign-in page and forgets everything that was read; afterwards back to here. */
export function leaveForSignIn(): void {
  const { pathname, search } = window.location;
  window.location.assign(
    `/masuk?${new URLSearchParams({ kembali: pathname + search }).toString()}`,
  );
}
