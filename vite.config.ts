/** The pages: sources in `web/`, built into `build/web/`. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'web',
  plugins: [react()],
  build: { outDir: '../build/web', emptyOutDir: true },
  server: { proxy: { '/api': 'http://localhost:4300' } },
});
