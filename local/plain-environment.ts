/** What the environment tells a server that is not ours: where things are, and none of our settings. */
const NAMES = /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|LD_LIBRARY_PATH)$/;

/** The environment of this process without anything that a foreign program has no need of. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => NAMES.test(name)));
}
