// Where Prisma's tools find the schema. Clients are generated offline; see `local/build.ts`.
import { defineConfig } from 'prisma/config';

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
});
