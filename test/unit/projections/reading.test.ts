import { expect, test } from '@jest/globals'
import { reading } from '../../../src/projections/reading.ts'

test('takes a database that hangs for one that is out of reach', async () => {
  const hanging = reading(() => new Promise(() => undefined), 5)
  await expect(hanging).rejects.toMatchObject({ code: 'read_model_unavailable' })
})
