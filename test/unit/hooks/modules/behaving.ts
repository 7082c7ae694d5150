// A listener that does what the type of its first event says.
import { defineHooks } from 'aegispay/hooks'

const kept: unknown[] = []

export default defineHooks({
  listeners: {
    behaving: {
      async onEvents(events) {
        const [type, what] = (events as unknown as { type: string }[])[0]!.type.split(':')
        if (type === 'throw') throw new Error('tok_secret')
        if (type === 'print') console.log(what)
        if (type === 'hang') await new Promise(() => undefined)
        if (type === 'loop') for (;;);
        if (type === 'exit') process.exit(0)
        if (type === 'heap') for (;;) kept.push(new Array(10_000).fill(kept.length))
        if (type === 'buffers') for (let i = 0; i < 10; i++) kept.push(Buffer.alloc(10_000_000, 1))
        if (type === 'later')
          setTimeout(() => {
            throw new Error('outside of a call')
          })
      }
    }
  }
})
