/** The search attributes a Temporal namespace must know before agreements can be started. */
import type { Client } from '@temporalio/client';
import { searchAttributes } from '../workflows/agreement/messages.ts';

/** The names that are missing in the client's namespace. */
export async function missingSearchAttributes(client: Client): Promise<string[]> {
  const { namespace } = client.options;
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
    namespace,
  });
  const known = Object.keys(customAttributes ?? {});
  return Object.values(searchAttributes)
    .map(({ name }) => name)
    .filter((name) => !known.includes(name));
}
