/** A relay in a process of its own, for a test to kill in the middle of a mail. */
import { connect } from '../../prisma/connect.ts';
import { urlOf } from '../../prisma/roles.ts';
import { TEST_SECRET } from './test-servers.ts';
import { aRelay } from './post-office.ts';

/** What the process is told by its environment. */
export type KillableRelaySettings = { ownerUrl: string; port: number };

// Whoever started it is gone.
process.on('disconnect', () => process.exit(1));

const { ownerUrl, port } = JSON.parse(process.env['KILLABLE'] ?? '{}') as KillableRelaySettings;
aRelay(connect(urlOf('mapalus_worker', ownerUrl, TEST_SECRET)), ownerUrl, port);
process.send?.('ready');
