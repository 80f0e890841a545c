/** How to reach Temporal: a server of one's own, or Temporal Cloud with TLS and an API key. */
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { ConnectionOptions } from '@temporalio/client';
import { readNamed } from './named-file.ts';
import { required } from './settings.ts';
import type { Settings } from './settings.ts';

/** What both kinds of connection of the SDK take. */
export type TemporalConnection = { address: string; tls?: Tls; apiKey?: string };

type Tls = {
  serverRootCACertificate?: Buffer;
  clientCertPair?: { crt: Buffer; key: Buffer };
};

/** The connection that the settings describe. */
export function temporalConnection(settings: Settings): TemporalConnection {
  const { TEMPORAL_API_KEY: apiKey } = settings;
  const address = required(settings, 'TEMPORAL_ADDRESS', 'the Temporal server');
  const tls = tlsOf(settings);
  return { address, ...(tls && { tls }), ...(apiKey !== undefined && { apiKey }) };
}

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

// The SDK tries a failed call again from a timer. After the connection was closed that attempt throws an
// uncaught error, which ends the process. This reports the call as cancelled instead.
const cancelledWhenClosed: Interceptor = (options, nextCall) => {
  try {
    return nextCall(options) as ReturnType<Interceptor>;
  } catch {
    const nothing = () => undefined;
    const start: ReturnType<Interceptor>['start'] = (metadata, listener) =>
      listener?.onReceiveStatus?.({ code: 1, details: 'the connection is closed', metadata });
    const call = { start, sendMessage: nothing, halfClose: nothing, cancelWithStatus: nothing };
    return call as unknown as ReturnType<Interceptor>;
  }
};

/** How a client's calls are tried again, for a connection that may be closed while some are under way. */
export const clientInterceptors: Interceptor[] = [
  makeGrpcRetryInterceptor(defaultGrpcRetryOptions()),
  cancelledWhenClosed,
];

function tlsOf({
  TEMPORAL_TLS,
  TEMPORAL_TLS_CA: ca,
  TEMPORAL_TLS_CERT: crt,
  TEMPORAL_TLS_KEY: key,
  TEMPORAL_API_KEY: apiKey,
}: Settings): Tls | undefined {
  const tls: Tls = {
    ...(ca !== undefined && { serverRootCACertificate: readNamed('TEMPORAL_TLS_CA', ca) }),
    ...(crt !== undefined &&
      key !== undefined && {
        clientCertPair: {
          crt: readNamed('TEMPORAL_TLS_CERT', crt),
          key: readNamed('TEMPORAL_TLS_KEY', key),
        },
      }),
  };
  if (Object.keys(tls).length > 0) return tls;
  // An API key must never travel in the clear.
  return (TEMPORAL_TLS ?? apiKey !== undefined) ? {} : undefined;
}
