/** How to reach Temporal: a server of one's own, or Temporal Cloud with TLS and an API key. */
import { readNamed } from './named-file.ts';
import { required } from './settings.ts';
import type { Settings } from './settings.ts';

/** What both kinds of connection of the SDK take. */
export type TemporalConnection = {
  address: string;
  tls?: true | { clientCertPair: { crt: Buffer; key: Buffer } };
  apiKey?: string;
};

/** The connection that the settings describe. */
export function temporalConnection(settings: Settings): TemporalConnection {
  const { TEMPORAL_TLS, TEMPORAL_API_KEY, TEMPORAL_TLS_CERT, TEMPORAL_TLS_KEY } = settings;
  const address = required(settings, 'TEMPORAL_ADDRESS', 'the Temporal server');
  const tls =
    TEMPORAL_TLS_CERT !== undefined && TEMPORAL_TLS_KEY !== undefined
      ? {
          clientCertPair: {
            crt: readNamed('TEMPORAL_TLS_CERT', TEMPORAL_TLS_CERT),
            key: readNamed('TEMPORAL_TLS_KEY', TEMPORAL_TLS_KEY),
          },
        }
      : // An API key must never travel in the clear.
        (TEMPORAL_TLS ?? TEMPORAL_API_KEY !== undefined);
  return {
    address,
    ...(tls && { tls }),
    ...(TEMPORAL_API_KEY !== undefined && { apiKey: TEMPORAL_API_KEY }),
  };
}
