/** What the API stands on. */
import type { PrismaClient } from '../prisma/client/client.ts';
import type { Client } from '@temporalio/client';
import type { Database } from '../prisma/connect.ts';
import type { Announcements } from './events/announcements.ts';
import type { Lifecycles } from './lifecycles.ts';
import type { SignIn } from './auth/sign-in.ts';

export type ApiParts = {
  /** Where the pages are, for links in mails. */
  baseUrl: string;
  /** The folder of the embedded mailbox, where there is one. */
  mailbox?: string;
  database: Database;
  /** The sign-in library and its own connection to its own tables. */
  signIn: SignIn;
  signInTables: PrismaClient;
  temporal: Client;
  lifecycles: Lifecycles;
  announcements: Announcements;
};
