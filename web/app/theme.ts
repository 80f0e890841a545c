/** Colours and shapes of the pages: calm, legible, and dark enough on light for everybody. */
import { Button, createTheme, Notification } from '@mantine/core';
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core';

// Around the green of the mails' button.
const green: MantineColorsTuple = [
  '#eef7f4',
  '#dcece7',
  '#b5d9ce',
  '#8bc5b3',
  '#67b39c',
  '#3f977e',
  '#0b6b57',
  '#095c4b',
  '#074d3f',
  '#043d32',
];

/** The theme; `close` is what the button that closes a notification is called. */
export const themeWith = (close: string) =>
  createTheme({
    primaryColor: 'green',
    primaryShade: 6,
    colors: { green },
    black: '#1b2733',
    defaultRadius: 'md',
    focusRing: 'auto',
    respectReducedMotion: true,
    cursorType: 'pointer',
    components: {
      // What a button does names an office at times: on a phone it takes two lines and is not cut.
      Button: Button.extend({
        styles: {
          root: {
            display: 'inline-flex',
            alignItems: 'center',
            height: 'auto',
            minHeight: 'var(--button-height)',
            paddingBlock: '0.25rem',
          },
          inner: { flex: 1 },
          label: { whiteSpace: 'normal', lineHeight: 1.3 },
        },
      }),
      // By name: dialogs and fields are loaded with the pages that have them.
      Modal: {
        styles: {
          title: {
            fontSize: '1.125rem',
            fontWeight: 650,
            lineHeight: 1.3,
            overflowWrap: 'anywhere',
          },
        },
      },
      InputDescription: { styles: { description: { fontSize: '0.8125rem' } } },
      Notification: Notification.extend({
        defaultProps: { closeButtonProps: { 'aria-label': close } },
      }),
    },
    fontFamily:
      '"Plus Jakarta Sans", system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
    headings: {
      fontWeight: '650',
      sizes: {
        h1: { fontSize: 'clamp(1.375rem, 1.2rem + 0.8vw, 1.625rem)', lineHeight: '1.25' },
        h2: { fontSize: '1.125rem', lineHeight: '1.4' },
        h3: { fontSize: '1rem', lineHeight: '1.45' },
      },
    },
  });

/** Greys that stay legible: the library's own are too pale for small print. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#55616e',
    '--mantine-color-placeholder': '#66727f',
    '--mantine-color-error': '#b42318',
    '--mantine-color-red-light': '#fcefed',
    '--mantine-color-red-light-color': '#9a1c0c',
    '--mantine-color-blue-light': '#ebf3fb',
    '--mantine-color-blue-light-color': '#1d4f8c',
    '--mantine-color-yellow-light': '#fdf3dc',
    '--mantine-color-yellow-light-color': '#6b4a00',
    '--mantine-color-green-light': '#e8f3ef',
    '--mantine-color-green-light-color': '#0a5a49',
    '--page': '#f5f7f6',
    '--line': '#dfe5e3',
    '--ink-quiet': '#55616e',
  },
  dark: {},
});
