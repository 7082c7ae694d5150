import { join } from 'node:path'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  // Nothing but what is named here may get into a file that everybody can read.
  envPrefix: 'AEGISPAY_CONSOLE_',
  build: {
    outDir: join(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    // The policy of the page allows no data: in a stylesheet and no script within the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false }
  }
})
