import { setTimeout as delay } from 'node:timers/promises'
import type { Admin } from 'kafkajs'

const ATTEMPTS = 150
const PAUSE_MS = 200

/** Deletes those of the topics that there are, and waits until they are gone. @throws when they are not within 30 s */
export async function deleteTopics(admin: Admin, names: readonly string[]): Promise<void> {
  const wanted = new Set(names)
  const present = async () => (await admin.listTopics()).filter(name => wanted.has(name))
  const topics = await present()
  if (topics.length === 0) return
  await admin.deleteTopics({ topics })
  for (let attempt = 1; (await present()).length > 0; attempt++) {
    if (attempt === ATTEMPTS) throw new Error(`${topics.join(', ')} could not be deleted`)
    await delay(PAUSE_MS)
  }
}
