/** What the API stands on. */
import type { Client } from '@temporalio/client';
import type { Database } from '../prisma/connect.ts';
import type { Announcements } from './events/announcements.ts';
import type { WorkflowClient } from './workflow-client.ts';
import type { Attempts } from './sign-in/attempts.ts';
import type { OwnPasswords } from './sign-in/own-password.ts';
import type { SignIn } from './sign-in/sign-in.ts';

export type ApiParts = {
  /** Where the pages are, for links in mails. */
  baseUrl: string;
  /** The folder of the embedded mailbox, where there is one. */
  mailbox?: string;
  /** The memory (MiB) that hashing a password takes. */
  passwordMemory: number;
  database: Database;
  signIn: SignIn;
  attempts: Attempts;
  ownPasswords: OwnPasswords;
  /** How long (ms) a session lasts at most, however much it is used. */
  longestSession: number;
  temporal: Client;
  workflows: WorkflowClient;
  announcements: Announcements;
};
