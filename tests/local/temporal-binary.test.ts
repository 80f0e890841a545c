/** The Temporal server's program is not run before it is known to be the right one. */
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fromTemporal } from '../../local/temporal-binary.ts';

test('a program that was downloaded is not started before its hash is checked', async () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'mapalus-download-'));
  const trace = path.join(scratch, 'it-ran');
  const downloaded = path.join(scratch, 'temporal-v1.9.1');
  // As if upstream had been taken over; the download itself is found done.
  writeFileSync(downloaded, `#!/bin/sh\ntouch '${trace}'\n`);
  chmodSync(downloaded, 0o755);

  const program = await fromTemporal(scratch);

  expect(program).toBe(downloaded);
  expect(existsSync(trace)).toBe(false);
  rmSync(scratch, { recursive: true });
});
