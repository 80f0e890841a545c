/**
 * `npm run migration -- NAME` writes the SQL that leads from the schema of the last migration to
 * the present one, for a person to read and complete. Needs no network: the difference is taken
 * between two files, on a throw-away database that Prisma's engine insists on.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { ROOT } from '../config/root.ts';
import { freePort } from './port.ts';
import { startPostgres } from './postgres.ts';
import { scratchFolder } from './private-folder.ts';

const PRISMA = path.join(ROOT, 'prisma');
const schemaFolder = path.join(PRISMA, 'schema');
const snapshotFile = path.join(PRISMA, 'migrations', 'schema.snapshot.prisma');

const name = process.argv[2];
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  console.error('Give the migration a name in lower case: npm run migration -- add_villages');
  process.exit(1);
}

const schema = readdirSync(schemaFolder)
  .sort()
  .map((file) => readFileSync(path.join(schemaFolder, file), 'utf8'))
  .join('\n');
const before = existsSync(snapshotFile) ? readFileSync(snapshotFile, 'utf8') : undefined;
const sql = await difference(before, schema);
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
const folder = path.join(PRISMA, 'migrations', `${stamp}_${name}`);
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'migration.sql'), sql);
writeFileSync(snapshotFile, schema);
console.log(`Read and complete ${path.join(folder, 'migration.sql')}`);

async function difference(from: string | undefined, to: string): Promise<string> {
  const scratch = scratchFolder('migration');
  const postgres = await startPostgres(scratch, await freePort());
  try {
    const engine = await schemaEngine(to, postgres.superuserUrl('postgres'));
    const result = await engine.diff({
      from: from
        ? { tag: 'schemaDatamodel', files: [{ path: snapshotFile, content: from }] }
        : { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: snapshotFile, content: to }] },
      script: true,
      exitCode: null,
      shadowDatabaseUrl: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return result.stdout;
  } finally {
    await postgres.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

type SchemaEngine = { diff: (parameters: object) => Promise<{ stdout: string }> };
type EngineModule = {
  __wbg_set_wasm: (exports: WebAssembly.Exports) => void;
  SchemaEngine: { new: (...given: unknown[]) => Promise<SchemaEngine> };
};

async function schemaEngine(schema: string, connectionString: string): Promise<SchemaEngine> {
  // The package offers the code but not the WebAssembly file beside it, nor types for either.
  const module = '@prisma/schema-engine-wasm/schema_engine_bg';
  const code = fileURLToPath(import.meta.resolve(module));
  const wasm = code.replace(/\.js$/, '.wasm');
  const engine = (await import(module)) as EngineModule;
  const imports = { './schema_engine_bg.js': engine } as unknown as WebAssembly.Imports;
  const { instance } = await WebAssembly.instantiate(readFileSync(wasm), imports);
  engine.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString }));
  const options = { datamodels: [[snapshotFile, schema]] };
  return engine.SchemaEngine.new(options, () => undefined, adapter);
}
