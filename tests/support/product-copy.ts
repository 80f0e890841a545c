/** The product as somebody else unpacked it: in a folder of its own, which may be a closed one. */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../../config/root.ts';

/** A closed folder with a product in it. */
export type ProductCopy = {
  /** What nobody but its owner may enter. */
  closed: string;
  product: string;
  remove: () => void;
};

/**
 * Puts the built product into a folder that only its owner may enter, under a name with blanks and
 * accents. Its files are linked, so they must not be written to; `.mapalus` is not taken along.
 */
export function copyProduct(): ProductCopy {
  const closed = mkdtempSync(path.join(tmpdir(), 'mapalus-closed-'));
  chmodSync(closed, 0o700);
  const product = path.join(closed, 'Kantor Pemkab Minahasa – café');
  mkdirSync(product);
  // Whatever mask an installation of this process has set.
  chmodSync(product, 0o755);
  const left = ['.git', '.mapalus'];
  const entries = readdirSync(ROOT).filter((name) => !left.includes(name));
  const copy = (how: string) => execFileSync('cp', [how, ...entries, product], { cwd: ROOT });
  try {
    copy('-al');
  } catch {
    // On another disk.
    copy('-a');
  }
  return { closed, product, remove: () => rmSync(closed, { recursive: true, force: true }) };
}
