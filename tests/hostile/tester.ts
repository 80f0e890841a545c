/**
 * The independent tester, schemathesis: a program of others, in an environment of its own below `.mapalus/`. It
 * knows nothing of Mapalus but its description.
 */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../config/root.ts';
import { StartUpError } from '../../local/start-up-error.ts';

const run = promisify(execFile);

/** Every package of it, each in one version. */
const REQUIREMENTS = path.join(ROOT, 'tests/hostile/requirements.txt');

const FOLDER = path.join(ROOT, '.mapalus/tester');

/** The path of the tester's program; made first where it is not there yet. */
export async function findTester(say: (line: string) => void): Promise<string> {
  const program = path.join(FOLDER, 'bin/schemathesis');
  const note = path.join(FOLDER, 'requirements.txt');
  const wanted = readFileSync(REQUIREMENTS, 'utf8');
  if (existsSync(note) && readFileSync(note, 'utf8') === wanted) return program;

  rmSync(FOLDER, { recursive: true, force: true });
  say('Fetching the tester by pip (about 40 MB, once) …');
  await makeEnvironment(say);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  await run(path.join(FOLDER, 'bin/python'), [...pip, '--requirement', REQUIREMENTS]).catch(
    (error: unknown) => {
      throw unavailable(
        error,
        'Let this machine reach PyPI, or set PIP_INDEX_URL to a mirror of it.',
      );
    },
  );
  // Last, so that what was cut off is made again.
  writeFileSync(note, wanted);
  return program;
}

// Debian keeps what makes environments in a package of its own.
async function makeEnvironment(say: (line: string) => void): Promise<void> {
  const make = () => run('python3', ['-m', 'venv', '--clear', FOLDER]);
  try {
    await make();
    return;
  } catch (error) {
    if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) {
      throw unavailable(
        error,
        'Install Python 3.10 or later with its venv (Debian: python3-venv).',
      );
    }
  }
  say('Installing Python by apt-get …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '--yes', '--no-install-recommends', 'python3', 'python3-venv'];
  try {
    // The list of packages may be missing or too old to name one that can be fetched.
    await run('apt-get', install, { env }).catch(async () => {
      await run('apt-get', ['update'], { env });
      await run('apt-get', install, { env });
    });
    await make();
  } catch (error) {
    throw unavailable(error, 'Install Python 3.10 or later with its venv (Debian: python3-venv).');
  }
}

function unavailable(error: unknown, remedy: string): StartUpError {
  const { stderr = '', message } = error as { stderr?: string; message: string };
  const said = (stderr.trim() || message).split('\n').slice(-3).join('\n  ');
  return new StartUpError(`The independent tester cannot be had here:\n  ${said}`, remedy);
}
