import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

/** Where `npm run dev` finds a running Millrace. */
const server = process.env.MILLRACE_URL ?? 'http://127.0.0.1:8080';

/** The browser's Host stays as it is: Millrace refuses writes whose Origin is another. */
const proxied = { target: server, changeOrigin: false };

export default defineConfig({
  plugins: [react()],
  build: {
    // Maven asks for target/classes/webroot, so that the pages land in the jar.
    outDir: process.env.MILLRACE_WEBROOT ?? 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Every file keeps its own address, so that a strict Content-Security-Policy holds.
    assetsInlineLimit: 0,
  },
  worker: { format: 'es' },
  server: { proxy: { '/api': proxied, '/v1': proxied } },
  test: {
    // Tests that draw components ask for jsdom in their first line.
    environment: 'node',
    include: ['src/**/*.test.{ts,tsx}'],
    restoreMocks: true,
    setupFiles: ['test/patience.ts'],
    // Typing into a drawn form takes seconds where many work at once.
    testTimeout: 60_000,
  },
});
