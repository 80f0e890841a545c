/** A Temporal server that lets in only those who show a certificate, as `TEMPORAL_TLS_*` name it. */
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import type { Server } from 'node:tls';
import { writeFileSync } from 'node:fs';
import { Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readSettings } from '../../config/settings.ts';
import { temporalConnection } from '../../config/temporal.ts';
import { aCertificate } from '../support/certificates.ts';
import type { Certificate } from '../support/certificates.ts';

let ofServer: Certificate;
let ofClient: Certificate;
let clientKey: string;
let guard: Server;
let address: string;
// In front of the real server stands a guard that asks for certificates.
beforeAll(async () => {
  ofServer = aCertificate('IP:127.0.0.1');
  ofClient = aCertificate('DNS:mapalus.example.test');
  clientKey = `${ofClient.file}.key`;
  writeFileSync(clientKey, ofClient.key);
  const { cert, key } = ofServer;
  const asking = { requestCert: true, rejectUnauthorized: true, ca: ofClient.cert };
  const [host = '', port = ''] = inject('temporalAddress').split(':');
  guard = createServer({ cert, key, ...asking, ALPNProtocols: ['h2'] }, (caller) => {
    const server = connect(Number(port), host);
    caller.pipe(server).pipe(caller);
    for (const [one, other] of [
      [caller, server],
      [server, caller],
    ] as const) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => guard.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(guard.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => guard.close(resolve));
  ofServer.remove();
  ofClient.remove();
});

const settings = (more: Record<string, string>) =>
  temporalConnection(
    readSettings({ TEMPORAL_ADDRESS: address, TEMPORAL_TLS_CA: ofServer.file, ...more }),
  );

test('lets API and worker in by the certificate of theirs, and believed by its CA', async () => {
  const named = settings({ TEMPORAL_TLS_CERT: ofClient.file, TEMPORAL_TLS_KEY: clientKey });

  const [api, worker] = await Promise.all([
    Connection.connect(named),
    NativeConnection.connect(named),
  ]);
  const { namespaces } = await api.workflowService.listNamespaces({});
  await Promise.all([api.close(), worker.close()]);

  expect(namespaces.map(({ namespaceInfo }) => namespaceInfo?.name)).toContain('default');
});

test('lets nobody in without one', async () => {
  const nameless = { ...settings({}), connectTimeout: 2_000 };

  await expect(Connection.connect(nameless)).rejects.toThrow();
  await expect(NativeConnection.connect(settings({}))).rejects.toThrow();
});

test('is not believed without the file of its CA', async () => {
  const named = settings({
    TEMPORAL_TLS_CA: '',
    TEMPORAL_TLS_CERT: ofClient.file,
    TEMPORAL_TLS_KEY: clientKey,
  });

  await expect(Connection.connect({ ...named, connectTimeout: 2_000 })).rejects.toThrow();
});
