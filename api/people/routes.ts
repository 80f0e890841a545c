/** The routes of sessions, regions, offices, office holders and users. */
import type { ApiParts } from '../parts.ts';
import type { Implementation } from '../router.ts';
import { holderRoutes } from './holders.ts';
import { officeRoutes } from './offices.ts';
import { regionRoutes } from './regions.ts';
import { sessionRoutes } from './session.ts';
import { userRoutes } from './users.ts';

export function peopleRoutes(parts: ApiParts): Implementation[] {
  return [
    ...sessionRoutes(parts),
    ...regionRoutes(parts),
    ...officeRoutes(parts),
    ...holderRoutes(parts),
    ...userRoutes(parts),
  ];
}
