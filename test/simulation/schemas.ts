import avro from 'avsc'
import { AvroCodec, type SchemaSource } from '../../src/platform/avro/codec.ts'
import { fullName, loadSchemas } from '../../src/platform/avro/schemas.ts'

const MAGIC_AND_ID_BYTES = 5

/** The product's codec, on a registry that holds just the product's schemas. It knows all of them from the start. */
export async function simulatedCodec(): Promise<AvroCodec> {
  const schemas = loadSchemas()
  const ids = new Map(schemas.map((schema, nth) => [fullName(schema), nth + 1]))
  const types = schemas.map(schema => avro.Type.forSchema(schema))
  const registry = {
    getRegistryIdBySchema: (name: string) => Promise.resolve(ids.get(name)!),
    getSchema: (id: number) => Promise.resolve(types[id - 1])
  }
  const codec = await AvroCodec.of(registry as unknown as SchemaSource)
  await codec.learn(
    schemas.map((_, nth) => {
      const beginning = Buffer.alloc(MAGIC_AND_ID_BYTES)
      beginning.writeUInt32BE(nth + 1, 1)
      return beginning
    })
  )
  return codec
}
