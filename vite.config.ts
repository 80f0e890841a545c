/** The pages: sources in `web/`, built into `build/web/`. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

export default defineConfig({
  root: 'web',
  plugins: [react(), preloadFont()],
  build: { outDir: '../build/web', emptyOutDir: true },
  server: { proxy: { '/api': 'http://localhost:4300' } },
});

/** Lets browsers fetch the typeface beside the scripts, so that it is there when words are drawn. */
function preloadFont(): Plugin {
  return {
    name: 'preload-font',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) =>
        Object.keys(bundle)
          .filter((file) => file.endsWith('.woff2'))
          .map((file) => ({
            tag: 'link',
            attrs: {
              rel: 'preload',
              as: 'font',
              type: 'font/woff2',
              href: `/${file}`,
              crossorigin: '',
            },
            injectTo: 'head-prepend' as const,
          })),
    },
  };
}
