/** The routes of regions, offices, office holders and users. */
import type { ApiParts } from '../parts.ts';
import type { Implementation } from '../http/router.ts';
import { holderRoutes } from './holders.ts';
import { treeRoutes } from './offices.ts';
import { regionRoutes } from './regions.ts';
import { setUpRoutes } from './set-up.ts';
import { userRoutes } from './users.ts';

export function officeRoutes(parts: ApiParts): Implementation[] {
  return [
    ...regionRoutes(parts),
    ...treeRoutes(parts),
    ...holderRoutes(parts),
    ...userRoutes(parts),
    ...setUpRoutes(parts),
  ];
}
