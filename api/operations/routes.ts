/** Mail, audit, rules and code lists. */
import type { ApiParts } from '../parts.ts';
import { getReference, REFERENCE } from '../contract/operations.ts';
import { implement } from '../router.ts';
import type { Implementation } from '../router.ts';
import { auditRoutes } from './audit.ts';
import { mailRoutes } from './mails.ts';
import { policyRoutes } from './policies.ts';

export function operationRoutes(parts: ApiParts): Implementation[] {
  return [
    ...mailRoutes(parts),
    ...auditRoutes(parts),
    ...policyRoutes(parts),
    implement(getReference, () => Promise.resolve({ body: REFERENCE })),
  ];
}
