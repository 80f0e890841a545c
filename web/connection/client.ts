/** What the pages have read, kept and read again. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { CallFailed } from './failure.ts';
import { leaveForSignIn } from './session.ts';

/** A fresh memory of what was read. */
export function createClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenOver }),
    mutationCache: new MutationCache({ onError: leaveWhenOver }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // Somebody offline is told so; waiting in silence would look like an empty answer.
        networkMode: 'always',
        refetchOnReconnect: true,
        // What was refused is refused again; only what got no answer is worth another try.
        retry: (failures, error) =>
          failures < 2 && error instanceof CallFailed && error.outcomeUnknown,
        retryDelay: (failures) => 500 * 2 ** failures,
      },
      mutations: { retry: false },
    },
  });
}

// The session ended on the server, or its password has to be changed before anything else.
function leaveWhenOver(error: unknown): void {
  const code = error instanceof CallFailed ? error.problem.code : '';
  if (code === 'NotSignedIn') leaveForSignIn();
  if (code === 'PasswordChangeRequired') window.location.assign('/kata-sandi');
}
