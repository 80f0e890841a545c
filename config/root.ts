/** The folder of the product: one above this file, and one above the built processes as well. */
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '..');
