// Imported first by what runs as a process of ours, so that `process.nextTick` stays quick.
//
// Where Node makes the object that it queues for a tick, V8 remembers the one shape that it has seen there, and holds it
// weakly. If no such object lives while the heap is collected, as happens while modules are loaded, the shape is made anew; the
// place then counts as one of many shapes for good, and every tick of the process takes about 1 µs in place of 0.1. A request
// over HTTP takes five. One object that is never let go keeps its shape.
import { executionAsyncResource } from 'node:async_hooks'

/** Null until the first tick. */
export let keptTick: unknown = null
process.nextTick(() => (keptTick = executionAsyncResource()))
