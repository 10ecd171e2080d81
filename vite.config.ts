import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the browser half into `dist/gui`, served by the Node half. */
export default defineConfig({
  plugins: [react()],
  base: './',
  // The server knows by its folder which script has a policy of its own (src/node/server.ts).
  worker: { format: 'es', rolldownOptions: { output: { entryFileNames: 'workers/[name].js' } } },
  build: {
    outDir: 'dist/gui',
    emptyOutDir: true,
    target: 'es2023',
    sourcemap: true,
    chunkSizeWarningLimit: 2000,
    // The page of a dataset, and the page while none is open.
    rolldownOptions: { input: ['index.html', 'start.html'] },
  },
});
