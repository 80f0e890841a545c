/** Browsers by the names that people know, from what they say of themselves. */
import { useTranslation } from 'react-i18next';

// In this order: Edge, for one, names Chrome and Safari in what it says of itself.
const BROWSERS = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const;

const SYSTEMS = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
] as const;

/** “Chrome di Windows”, or that it is another program. */
export function useBrowserName(): (said: string | null) => string {
  const { t } = useTranslation();
  return (said) => {
    const [browser, system] = [BROWSERS, SYSTEMS].map(
      (known) => known.find(([pattern]) => pattern.test(said ?? ''))?.[1],
    );
    if (browser === undefined) return t('sessions.unknown');
    return system === undefined ? browser : t('sessions.on', { browser, system });
  };
}
