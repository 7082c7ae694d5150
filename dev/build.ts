// `npm run build`: the console's static files, as production serves them. The service itself is not compiled.
import { buildConsole } from './console.ts'

const began = performance.now()
const isNew = await buildConsole()
const time = `${((performance.now() - began) / 1_000).toFixed(1)} s`
console.log(isNew ? `built console/dist (${time})` : 'console/dist is up to date')
